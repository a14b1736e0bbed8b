/** Closing a point: the days, what would follow, and only then the step; and opening it earlier. */

import type { Result } from "../../api/client.ts";
import { failureAnswer } from "../../api/failures.ts";
import type { ApprovalView, ClosurePreviewView, ClosureView } from "../../api/openapi.d.ts";
import type { Answer } from "../../shell/answer.ts";
import { element } from "../../shell/elements.ts";
import type { Screen } from "../../shell/frame.ts";
import { _ } from "../../shell/words.ts";
import type { DeskServices } from "../desk_services.ts";
import { action, choiceField, textField } from "../handover/fields.ts";
import {
  type ClosureDays,
  daysText,
  doneAnswer,
  isAnswer,
  moveLines,
  notGrantedAnswer,
  previewAnswer,
  type TypedDays,
  typedClosure,
  waitingAnswer,
} from "./closing_form.ts";
import {
  askForApproval,
  closePoint,
  previewClosing,
  previewReopening,
  readApproval,
  reopenPoint,
} from "./resources.ts";

export interface ClosingParts {
  readonly services: DeskServices;
  readonly open: (screen: Screen) => void;
  readonly show: (answer: Answer) => void;
  readonly go: (path: string) => void;
  /** The address of the list of closures. */
  readonly list: string;
  /** What stands above that list once something was entered or taken back. */
  readonly done: (answer: Answer) => void;
}

const APPROVAL_MS = 2_000;

export class ClosingScreens {
  readonly #parts: ClosingParts;
  /** What was typed stays when somebody goes back from the preview. */
  #typed: TypedDays = { kind: "closure", from: "", hour: "", until: "", reason: "" };
  #isBusy = false;

  constructor(parts: ClosingParts) {
    this.#parts = parts;
  }

  /** The days and the reason. */
  form(back: () => void): Screen {
    const typed = this.#typed;
    const kind = choiceField<TypedDays["kind"]>(_("What it is"), [
      ["closure", _("It is closed")],
      ["outage", _("It could not work")],
    ]);
    const from = textField(_("First day"), { type: "date", value: typed.from });
    const hour = textField(_("From this hour on the first day"), {
      type: "time",
      value: typed.hour,
    });
    const until = textField(_("Last day; empty: until further notice"), {
      type: "date",
      value: typed.until,
    });
    const reason = textField(_("Reason; buyers do not see it"), {
      value: typed.reason,
      maxlength: 300,
    });
    const next = (): void => {
      this.#typed = {
        kind: kind.chosen(),
        from: from.input.value,
        hour: hour.input.value,
        until: until.input.value,
        reason: reason.input.value,
      };
      void this.#preview();
    };
    return {
      title: _("Close the point"),
      body: [
        element(
          "div",
          { class: "closing-form" },
          kind.root,
          from.root,
          until.root,
          hour.root,
          reason.root,
          action(_("See what follows"), next, "button wide"),
        ),
      ],
      shortcuts: [
        { code: "F2", label: _("See what follows"), run: next },
        { code: "Escape", label: _("Today"), run: back },
      ],
      scanned: () => {},
      waiting: {
        tone: "waiting",
        title: _("On which days?"),
        detail: _("Nothing is entered yet: what follows is shown first."),
        next: _("Fill in the days and the reason, then go on (F2)."),
      },
    };
  }

  /** What opening the point earlier would do, and the step. */
  async reopening(closure: ClosureView): Promise<void> {
    const { services, show } = this.#parts;
    const found = await previewReopening(services, closure.id);
    if (found.kind !== "done") return show(failureAnswer(found));
    const step = (): void => void this.#once(() => reopenPoint(services, closure.id));
    this.#confirm({
      title: _("Open the point earlier?"),
      label: _("Open it earlier"),
      days: daysText(closure),
      preview: found.value,
      isReopening: true,
      step,
      back: () => this.#parts.go(this.#parts.list),
    });
  }

  async #preview(): Promise<void> {
    const { services, show } = this.#parts;
    const days = typedClosure(this.#typed);
    if (isAnswer(days)) return show(days);
    const found = await previewClosing(services, days);
    if (found.kind !== "done") return show(formFailure(found));
    const preview = found.value;
    const step = (): void => void this.#once(() => this.#close(days, preview));
    this.#confirm({
      title: _("Close the point?"),
      label: _("Close the point"),
      days: daysText({ starts_at: null, ends_on: null, ...days }),
      preview,
      isReopening: false,
      step,
      back: () => this.#parts.open(this.form(() => this.#parts.go("/today"))),
    });
  }

  #confirm(asked: {
    readonly title: string;
    readonly label: string;
    readonly days: string;
    readonly preview: ClosurePreviewView;
    readonly isReopening: boolean;
    readonly step: () => void;
    readonly back: () => void;
  }): void {
    const { preview } = asked;
    this.#parts.open({
      title: asked.title,
      body: [
        element("p", { class: "lead" }, asked.days),
        ...moves(_("Deadlines that move"), preview.deadlines),
        ...moves(_("Promises that move"), preview.promises),
        action(asked.label, asked.step, "button wide"),
      ],
      shortcuts: [
        { code: "F8", label: asked.label, run: asked.step },
        { code: "Escape", label: _("Back"), run: asked.back },
      ],
      scanned: () => {},
      waiting: previewAnswer(preview, asked.isReopening),
    });
  }

  /** One step at a time, however often its key is pressed. */
  async #once(step: () => Promise<Result<ClosureView> | Answer>): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    const { show, go, list, done } = this.#parts;
    const result = await step().finally(() => {
      this.#isBusy = false;
    });
    if ("tone" in result) return show(result);
    if (result.kind !== "done") return show(formFailure(result));
    this.#typed = { kind: "closure", from: "", hour: "", until: "", reason: "" };
    done(doneAnswer(result.value));
    go(list);
  }

  async #close(
    days: ClosureDays,
    preview: ClosurePreviewView,
  ): Promise<Result<ClosureView> | Answer> {
    const { services } = this.#parts;
    if (!preview.needs_approval) return closePoint(services, days);
    const asked = await askForApproval(services, preview.approval_about, days.reason);
    if (asked.kind !== "done") return asked;
    const decided = await this.#decided(asked.value);
    if (decided.kind !== "done") return decided;
    if (decided.value.state !== "granted") return notGrantedAnswer(decided.value);
    return closePoint(services, days, decided.value.id);
  }

  /** Wait until somebody has decided, or the time for it is over; leaving the screen ends it. */
  async #decided(asked: ApprovalView): Promise<Result<ApprovalView>> {
    const { services, show } = this.#parts;
    show(waitingAnswer(asked));
    const path = location.pathname;
    let last: ApprovalView = asked;
    while (last.state === "waiting" && location.pathname === path) {
      await services.network.pause(APPROVAL_MS);
      const found = await readApproval(services, asked.id);
      if (found.kind === "done") last = found.value;
      else if (found.kind !== "unreachable") return found;
    }
    return { kind: "done", value: last, status: 200 };
  }
}

function moves(title: string, moved: ClosurePreviewView["deadlines"]): readonly HTMLElement[] {
  if (moved.length === 0) return [];
  const lines = moveLines(moved).map((line) => element("li", {}, line));
  return [element("h2", {}, title), element("ul", { class: "moves" }, ...lines)];
}

/** What is wrong with a form is corrected in it, and not by another scan. */
function formFailure(failure: Exclude<Result<unknown>, { kind: "done" }>): Answer {
  const told = failureAnswer(failure);
  if (failure.kind !== "refused" || failure.problem.code !== "invalid_settings") return told;
  return { ...told, next: _("Correct the days, then go on (F2).") };
}
