/** The shift: whoever works at the desk begins one first, and every step names the person. */

import { type Result, read } from "../api/client.ts";
import { command } from "../api/commands.ts";
import { failureAnswer } from "../api/failures.ts";
import type { ShiftsPage, ShiftView } from "../api/openapi.d.ts";
import type { Answer } from "../shell/answer.ts";
import { element } from "../shell/elements.ts";
import { moment } from "../shell/formats.ts";
import type { Screen } from "../shell/frame.ts";
import { _ } from "../shell/words.ts";
import { ask, type DeskServices } from "./desk_services.ts";
import { endText } from "./shifts/words.ts";

/** Whether the person has a shift; `unknown` where the server didn't say: then it decides. */
export type ShiftState = "open" | "none" | "unknown";

export async function shiftState(services: DeskServices, person: string): Promise<ShiftState> {
  const query = new URLSearchParams({ open: "true", person, limit: "1" });
  const path = `/points/${services.point}/shifts?${query}`;
  const result = await read<ShiftsPage>(path, services.network);
  if (result.kind !== "done") return "unknown";
  return result.value.items.length > 0 ? "open" : "none";
}

/** Begin the shift; a second time changes nothing. */
export function beginShift({ point, network, clock }: DeskServices): Promise<Result<unknown>> {
  const { id, path } = command(`/points/${point}/shifts`, {}, clock.now());
  return ask(network, { method: "POST", path, body: {}, key: id });
}

/**
 * The screen of who has no shift yet; `begun` opens the desk. `before` is the person's latest shift
 * here: one that they did not end themselves is told. `overview` shows shifts and approvals.
 */
export function shiftScreen(
  services: DeskServices,
  answer: (answer: Answer) => void,
  begun: () => void,
  overview: () => void,
  before?: ShiftView,
): Screen {
  const begin = async (): Promise<void> => {
    answer({ tone: "busy", title: _("Begin shift"), next: _("One moment.") });
    const result = await beginShift(services);
    if (result.kind === "done") begun();
    else answer(failureAnswer(result));
  };
  const button = element("button", { type: "button", class: "button wide" }, _("Begin shift"));
  button.addEventListener("click", () => void begin());
  return {
    title: _("Your shift"),
    body: [
      element(
        "p",
        { class: "lead" },
        _("What you do at this desk is written down under your name."),
      ),
      button,
    ],
    shortcuts: [
      { code: "F2", label: _("Begin shift"), run: () => void begin() },
      { code: "F10", label: _("Shift"), run: overview },
    ],
    scanned: () => void begin(),
    waiting: {
      tone: "attention",
      title: _("No shift is open"),
      detail: endedText(before) ?? _("Nothing can be accepted or handed over before it begins."),
      next: _("Begin your shift (F2)."),
    },
  };
}

/** How the shift before has ended, where it was not the person who ended it. */
function endedText(before: ShiftView | undefined): string | undefined {
  if (before === undefined) return undefined;
  const { ended_at, end_reason, ends_by } = before;
  const reason = ended_at === null ? "time_limit" : end_reason;
  if (reason === "person") return undefined;
  const time = moment(ended_at ?? ends_by);
  return _("Your last shift: {time}, {reason}.", { time, reason: endText(reason) });
}
