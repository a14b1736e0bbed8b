/** What waits for a second person: who asks for what, and yes or no to it. */

import type { Result } from "../../api/client.ts";
import { command } from "../../api/commands.ts";
import { failureAnswer } from "../../api/failures.ts";
import type { ApprovalView } from "../../api/openapi.d.ts";
import type { Answer } from "../../shell/answer.ts";
import { element, fill } from "../../shell/elements.ts";
import { sum } from "../../shell/formats.ts";
import type { Screen } from "../../shell/frame.ts";
import { withProof } from "../../shell/proof_dialog.ts";
import { _, ngettext } from "../../shell/words.ts";
import { ask, type DeskServices } from "../desk_services.ts";
import { grouped } from "../numbers.ts";
import { type ApprovalsWatch, isOwn } from "./approvals_watch.ts";
import { kindText, needsText, noteText, timeLeft } from "./words.ts";

export interface ApprovalParts {
  readonly services: DeskServices;
  readonly person: string | undefined;
  readonly watch: ApprovalsWatch;
  readonly show: (answer: Answer) => void;
  readonly back: () => void;
}

type Decision = "granted" | "denied";

const TICK_MS = 1_000;

export class ApprovalsScreen {
  readonly #parts: ApprovalParts;
  readonly #root = element("div", { class: "approvals" });
  #waiting: readonly ApprovalView[] = [];
  #chosen: string | undefined;
  #deciding = false;

  constructor(parts: ApprovalParts) {
    this.#parts = parts;
    parts.watch.follow((waiting) => this.#heard(waiting));
    setInterval(() => this.#root.isConnected && this.#tick(), TICK_MS);
  }

  screen(): Screen {
    this.#chosen = undefined;
    this.#render();
    void this.#open();
    return {
      title: _("Approvals"),
      body: [this.#root],
      shortcuts: [
        { code: "F8", label: _("Grant"), run: () => void this.#decide("granted") },
        { code: "F6", label: _("Deny"), run: () => void this.#decide("denied") },
        { code: "F2", label: _("Next one"), run: () => this.#next() },
        { code: "Escape", label: _("Shift"), run: this.#parts.back },
      ],
      scanned: (code) => this.#scanned(code),
      waiting: { tone: "busy", title: _("Approvals"), next: _("One moment.") },
    };
  }

  async #open(): Promise<void> {
    const found = await this.#parts.watch.look();
    if (!this.#root.isConnected) return;
    if (found.kind === "done") this.#tell();
    else this.#parts.show(failureAnswer(found));
  }

  /** Say what is chosen anew only where that has changed: an answer that stands is not repeated. */
  #heard(waiting: readonly ApprovalView[]): void {
    const before = this.#waiting;
    const isSame =
      before.length === waiting.length && before.every((each, at) => each.id === waiting[at]?.id);
    this.#waiting = waiting;
    if (isSame || !this.#root.isConnected) return;
    this.#render();
    if (!this.#deciding) this.#tell();
  }

  /** Those that this person may decide come first. */
  get #sorted(): readonly ApprovalView[] {
    const own = (each: ApprovalView): number => Number(isOwn(each, this.#parts.person));
    return [...this.#waiting].sort((one, other) => own(one) - own(other));
  }

  get #current(): ApprovalView | undefined {
    return this.#sorted.find((each) => each.id === this.#chosen) ?? this.#sorted[0];
  }

  #choose(approval: ApprovalView): void {
    this.#chosen = approval.id;
    this.#render();
    this.#tell();
  }

  #next(): void {
    const all = this.#sorted;
    const place = all.findIndex((each) => each.id === this.#current?.id);
    const next = all[(place + 1) % Math.max(all.length, 1)];
    if (next !== undefined) this.#choose(next);
  }

  /** The code on the screen of who asked, or the number of the order it is about. */
  #scanned(code: string): void {
    const text = code.trim().toUpperCase();
    const found = this.#waiting.find((each) => each.code === text || each.about === code.trim());
    if (found !== undefined) this.#choose(found);
    else this.#parts.show(notWaiting(text));
  }

  async #decide(decision: Decision): Promise<void> {
    const approval = this.#current;
    if (approval === undefined || this.#deciding) return this.#tell();
    if (isOwn(approval, this.#parts.person)) return this.#parts.show(ownAnswer(approval));
    this.#deciding = true;
    const result = await this.#send(approval, decision);
    this.#deciding = false;
    if (!this.#root.isConnected) return;
    this.#chosen = undefined;
    await this.#parts.watch.look();
    this.#parts.show(
      result.kind === "done" ? decidedAnswer(approval, decision) : failureAnswer(result),
    );
  }

  #send(approval: ApprovalView, decision: Decision): Promise<Result<ApprovalView>> {
    const { network, clock } = this.#parts.services;
    return withProof(network, () => {
      const { id, path } = command(`/approvals/${approval.id}/decision`, {}, clock.now());
      return ask<ApprovalView>(network, { method: "POST", path, body: { decision }, key: id });
    });
  }

  #tell(): void {
    const { person, services, show } = this.#parts;
    const current = this.#current;
    if (current === undefined) show(nothingWaits());
    else if (isOwn(current, person)) show(ownAnswer(current));
    else show(approvalAnswer(current, services.clock.now()));
  }

  #render(): void {
    const cards = this.#sorted.map((each) => this.#card(each));
    fill(
      this.#root,
      cards.length === 0
        ? element("p", { class: "lead" }, _("Nothing waits for a second person."))
        : element("ul", { class: "shift-list" }, ...cards),
    );
    this.#tick();
  }

  #card(approval: ApprovalView): HTMLElement {
    const button = element(
      "button",
      {
        type: "button",
        class: "open-handover approval",
        "aria-current": approval.id === this.#current?.id && "true",
      },
      element("strong", {}, kindText(approval.kind)),
      element("span", {}, `${approval.asked_by_name ?? ""} · ${approval.code}`),
      element("span", { class: "time-left", "data-until": approval.expires_at }),
    );
    button.addEventListener("click", () => this.#choose(approval));
    return element("li", {}, button);
  }

  /** The time that is left, beside each: it runs without anybody reading the list anew. */
  #tick(): void {
    const now = this.#parts.services.clock.now();
    for (const each of this.#root.querySelectorAll<HTMLElement>("[data-until]")) {
      each.textContent = timeLeft(each.dataset["until"] ?? "", now);
    }
  }
}

/** What a second person has to know before they say yes. */
export function approvalAnswer(approval: ApprovalView, now: Date): Answer {
  const note = noteText(approval.note);
  return {
    tone: "attention",
    title: kindText(approval.kind),
    detail: [approval.asked_by_name ?? approval.asked_by, note].filter(Boolean).join(": "),
    facts: [
      { name: _("About"), value: grouped(approval.about) },
      ...(approval.sum === undefined ? [] : [{ name: _("Sum"), value: sum(approval.sum) }]),
      { name: _("Code"), value: approval.code },
      { name: _("Decided by"), value: needsText(approval.needs) },
      { name: _("Time left"), value: timeLeft(approval.expires_at, now) },
    ],
    next: _("Look for yourself. Then grant it (F8) or deny it (F6)."),
  };
}

function ownAnswer(approval: ApprovalView): Answer {
  return {
    tone: "waiting",
    title: _("You asked for this yourself"),
    detail: `${kindText(approval.kind)} · ${approval.code}`,
    next: _("Somebody else decides it: {who}.", { who: needsText(approval.needs) }),
  };
}

function nothingWaits(): Answer {
  return {
    tone: "waiting",
    title: _("Nothing waits"),
    next: _("What a colleague asks for appears here by itself."),
  };
}

function notWaiting(code: string): Answer {
  return {
    tone: "error",
    title: _("Nothing with this code waits here"),
    detail: _("What was read: {code}", { code: code.slice(0, 40) }),
    next: _("Type the code that begins with APP-, or choose one of the list."),
  };
}

function decidedAnswer(approval: ApprovalView, decision: Decision): Answer {
  const isGranted = decision === "granted";
  return {
    tone: isGranted ? "ok" : "attention",
    title: isGranted ? _("Granted") : _("Denied"),
    detail: `${kindText(approval.kind)} · ${approval.code}`,
    next: isGranted
      ? _("Your colleague's screen goes on by itself.")
      : _("Tell your colleague why."),
  };
}

/** Return what the bar says of what waits for somebody else than who asked; undefined for none. */
export function flagText(
  waiting: readonly ApprovalView[],
  person: string | undefined,
): string | undefined {
  const others = waiting.filter((each) => !isOwn(each, person)).length;
  if (others === 0) return undefined;
  return ngettext("{number} approval waits", "{number} approvals wait", others);
}
