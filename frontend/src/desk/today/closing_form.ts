/** The days on which a point is closed, as they are typed, and what they lead to. */

import type { ApprovalView, ClosurePreviewView, ClosureView } from "../../api/openapi.d.ts";
import type { Answer } from "../../shell/answer.ts";
import { _, ngettext, spokenLanguage } from "../../shell/words.ts";
import { needsText } from "../approvals/words.ts";

/** A closure as the API takes it; without `ends_on` until further notice. */
export type ClosureDays = {
  readonly kind: "closure" | "outage";
  readonly starts_on: string;
  readonly starts_at?: string;
  readonly ends_on?: string;
  readonly reason: string;
};

/** What stands in the fields. */
export interface TypedDays {
  readonly kind: "closure" | "outage";
  readonly from: string;
  readonly hour: string;
  readonly until: string;
  readonly reason: string;
}

/** Return the closure that was typed, or what is missing; the server checks the rest. */
export function typedClosure(typed: TypedDays): ClosureDays | Answer {
  const reason = typed.reason.trim();
  if (typed.from === "") return missing(_("The first day is missing"));
  if (reason.length < 3) return missing(_("The reason is missing"));
  return {
    kind: typed.kind,
    starts_on: typed.from,
    ...(typed.hour === "" ? {} : { starts_at: `${typed.hour}:00` }),
    ...(typed.until === "" ? {} : { ends_on: typed.until }),
    reason,
  };
}

function missing(title: string): Answer {
  return { tone: "error", title, next: _("Fill it in, then go on (F2).") };
}

/** Return whether the form has led to an answer instead of a closure. */
export function isAnswer(found: ClosureDays | Answer): found is Answer {
  return "tone" in found;
}

/** Return a date as people write it: "4 December". */
export function dayText(day: string): string {
  return new Intl.DateTimeFormat(spokenLanguage() === "ru" ? "ru" : "en-GB", {
    day: "numeric",
    month: "long",
    timeZone: "UTC",
  }).format(new Date(`${day}T00:00:00Z`));
}

/** Return the days of a closure. */
export function daysText(days: Pick<ClosureView, "starts_on" | "starts_at" | "ends_on">): string {
  const hour = days.starts_at ? `, ${days.starts_at.slice(0, 5)}` : "";
  const from = dayText(days.starts_on) + hour;
  if (!days.ends_on) return _("From {from} until further notice", { from });
  if (days.ends_on === days.starts_on) return from;
  return `${from} – ${dayText(days.ends_on)}`;
}

/** Return one line for each pair of days that orders move between. */
export function moveLines(moves: ClosurePreviewView["deadlines"]): readonly string[] {
  return moves.map(({ from_day, to_day, orders }) => {
    const count = ngettext("{number} order", "{number} orders", orders);
    const to = to_day === null ? _("a day that is not known yet") : dayText(to_day);
    return `${count}: ${dayText(from_day)} → ${to}`;
  });
}

/** Return what follows, for who is about to confirm it. */
export function previewAnswer(preview: ClosurePreviewView, isReopening: boolean): Answer {
  const { buyers, held } = preview;
  const moved = preview.deadlines.reduce((all, each) => all + each.orders, 0);
  const partly = preview.is_complete ? [] : [_("There are more orders than were counted.")];
  const read = preview.buyers_read ?? _("No buyer is told.");
  return {
    tone: "attention",
    title: ngettext("{number} buyer is told", "{number} buyers are told", buyers),
    detail: [buyers === 0 ? _("No buyer is told.") : read, ...partly].join(" "),
    facts: [
      { name: _("Orders on the shelves"), value: String(preview.ready_orders) },
      { name: _("Orders on their way"), value: String(preview.orders_on_way) },
      { name: _("Kept longer"), value: String(moved) },
      { name: _("Kept until it opens"), value: String(held) },
    ],
    next: isReopening
      ? _("Open it earlier (F8), or go back (Esc).")
      : preview.needs_approval
        ? _("Ask a second person and close it (F8), or go back (Esc).")
        : _("Close the point (F8), or go back (Esc)."),
  };
}

/** Return what stands while a second person has not decided. */
export function waitingAnswer(approval: ApprovalView): Answer {
  return {
    tone: "busy",
    title: _("Waiting for {who}", { who: needsText(approval.needs) }),
    detail: _("Code {code}", { code: approval.code }),
    next: _("Leave this open: the point is closed once it is granted."),
  };
}

/** Return what became of an approval that was not granted. */
export function notGrantedAnswer(approval: ApprovalView): Answer {
  const isDenied = approval.state === "denied";
  return {
    tone: "error",
    title: isDenied ? _("Denied") : _("Nobody decided in time"),
    detail: _("Code {code}", { code: approval.code }),
    next: _("The point stays open. Ask again (F8), or go back (Esc)."),
  };
}

/** Return what stands once it is done. */
export function doneAnswer(closure: ClosureView): Answer {
  const isLifted = closure.state === "lifted";
  return {
    tone: "ok",
    title: isLifted ? _("Taken back") : _("Entered"),
    detail: daysText(closure),
    next: _("Deadlines follow within seconds, and buyers are told."),
  };
}

/** Return where a closure stands. */
export function stateText(state: ClosureView["state"]): string {
  switch (state) {
    case "planned":
      return _("planned");
    case "current":
      return _("closed now");
    case "over":
      return _("over");
    case "lifted":
      return _("taken back");
  }
}
