/**
 * The work of filling boxes: scans become commands, answers become what is shown.
 *
 * What the page forgets when it is loaded anew is which box was chosen; everything else is the
 * server's. A box is chosen by its sticker, so two clerks fill two boxes from one list.
 */

import type { Commands, Outcome } from "../../api/commands.ts";
import { failureAnswer } from "../../api/failures.ts";
import type { BoxScanView, BoxView, LeavingPage, LeavingParcelView } from "../../api/openapi.d.ts";
import type { Scan } from "../../scanner/scanner.ts";
import type { Answer } from "../../shell/answer.ts";
import { _ } from "../../shell/words.ts";
import { unansweredAnswer } from "../acceptance/outcomes.ts";
import { DoubleTriggers } from "../acceptance/reading.ts";
import {
  boxAnswer,
  boxWanted,
  type Intent,
  intentAnswer,
  nothingToFetch,
  putAnswer,
  sealedAnswer,
  takenOutAnswer,
} from "./box_answers.ts";
import { boxesPath, boxPath, readBox, readBoxes, readLeaving } from "./resources.ts";

/** What the work needs of the page around it; tests give their own. */
export interface BoxWorkParts {
  readonly commands: Commands;
  readonly show: (answer: Answer) => void;
  /** The list or a box has changed. */
  readonly changed: () => void;
  /** A sticker was scanned that no box here has: one of which kind is to be opened? */
  readonly unknownBox: (code: string) => void;
  /** A box was opened without a printed sticker: it needs one. */
  readonly sticker: (box: BoxView) => void;
  readonly leaving?: typeof readLeaving;
  readonly boxes?: typeof readBoxes;
  readonly box?: typeof readBox;
  /** Milliseconds of a clock that only runs forward. */
  readonly now?: () => number;
}

export class BoxWork {
  readonly point: string;
  list: LeavingPage | undefined;
  open: readonly BoxView[] = [];
  chosen: BoxView | undefined;
  readonly #parts: BoxWorkParts;
  readonly #triggers = new DoubleTriggers();
  /** How many commands were answered. */
  #answered = 0;
  #intent: Intent | undefined;

  constructor(point: string, parts: BoxWorkParts) {
    this.point = point;
    this.#parts = parts;
  }

  /** Read what must leave and which boxes are open; false where that can't be known. */
  async load(): Promise<boolean> {
    const { leaving = readLeaving, boxes = readBoxes } = this.#parts;
    const before = this.#answered;
    const [list, open] = await Promise.all([leaving(this.point), boxes(this.point, "open")]);
    if (list.kind !== "done" || open.kind !== "done") {
      if (list.kind !== "done") this.#parts.show(failureAnswer(list));
      else if (open.kind !== "done") this.#parts.show(failureAnswer(open));
      return false;
    }
    // What was scanned meanwhile may be missing in what was read.
    if (this.#answered !== before) return this.load();
    this.list = list.value;
    this.open = open.value;
    this.chosen = open.value.find((each) => each.code === this.chosen?.code);
    if (this.chosen === undefined && open.value.length === 1) [this.chosen] = open.value;
    this.#parts.changed();
    return true;
  }

  /** What the screen says before the first scan, once the list is there. */
  opening(): Answer {
    if (this.list?.total === 0 && this.chosen === undefined) return nothingToFetch();
    if (this.chosen === undefined) return { ...boxWanted(), tone: "waiting" };
    return boxAnswer(this.chosen, this.#following());
  }

  /** Say what the next scan does; it needs a box that is chosen. */
  intend(intent: Intent): void {
    if (this.chosen === undefined) {
      this.#parts.show(boxWanted());
      return;
    }
    this.#intent = intent;
    // The same parcel scanned now is meant: out it comes again.
    this.#triggers.forget();
    this.#parts.show(intentAnswer(intent, this.chosen));
  }

  /** Answer a scan; the next one waits for the promise. */
  async take(code: string, scan: Scan): Promise<void> {
    const { kind } = scan.code;
    if (kind === "box") return this.#box(code);
    if (kind !== "parcel" && kind !== "order") return this.#parts.show(noParcel(scan.text));
    if (this.chosen === undefined) return this.#parts.show(boxWanted());
    if (this.#triggers.isOne(scan.text, scan.source, this.#now())) return;
    const intent = this.#intent;
    this.#intent = undefined;
    if (intent === "out") await this.#takeOut(this.chosen, scan.text);
    else await this.#put(this.chosen, scan.text, intent === "large");
    this.#triggers.answered(this.#now());
  }

  /** Open a box of a kind, under the code of a printed sticker or a new one, and choose it. */
  async begin(kind: BoxView["kind"], code = ""): Promise<void> {
    const body = { kind, ...(code ? { box: code } : {}) };
    const outcome = await this.#parts.commands.run(boxesPath(this.point), body);
    if (outcome.kind !== "done") return this.#unanswered(outcome);
    const box = outcome.value as BoxView;
    this.#keep(box);
    this.chosen = box;
    this.#intent = undefined;
    this.#parts.show(boxAnswer(box, this.#following()));
    if (!code) this.#parts.sticker(box);
    this.#parts.changed();
  }

  async #box(code: string): Promise<void> {
    const sealing = this.#intent === "seal";
    this.#intent = undefined;
    if (sealing && this.chosen !== undefined) return this.#seal(this.chosen, code);
    const { box = readBox } = this.#parts;
    const found = await box(this.point, code);
    if (found.kind === "refused" && found.problem.code === "unknown_box") {
      return this.#parts.unknownBox(code);
    }
    if (found.kind !== "done") return this.#parts.show(failureAnswer(found));
    const read = found.value.box;
    if (read.state !== "open") return this.#parts.show(closedAnswer(read));
    this.#keep(read);
    this.chosen = read;
    this.#parts.show(boxAnswer(read, this.#following()));
    this.#parts.changed();
  }

  async #put(box: BoxView, parcel: string, isLarge: boolean): Promise<void> {
    this.#parts.show(busy());
    const body = { parcel, ...(isLarge ? { size: "L" } : {}) };
    const path = `${boxPath(this.point, box.code)}/items`;
    const outcome = await this.#parts.commands.run(path, body);
    if (outcome.kind !== "done") return this.#unanswered(outcome);
    const scan = outcome.value as BoxScanView;
    this.#keep(scan.box);
    this.chosen = scan.box;
    this.#without(scan.parcel);
    this.#parts.show(putAnswer(scan, this.#following()));
    this.#parts.changed();
  }

  async #takeOut(box: BoxView, parcel: string): Promise<void> {
    this.#parts.show(busy());
    const path = `${boxPath(this.point, box.code)}/removals`;
    const outcome = await this.#parts.commands.run(path, { parcel });
    if (outcome.kind !== "done") return this.#unanswered(outcome);
    const scan = outcome.value as BoxScanView;
    this.#keep(scan.box);
    this.chosen = scan.box;
    this.#parts.show(takenOutAnswer(scan));
    await this.load();
  }

  async #seal(box: BoxView, code: string): Promise<void> {
    this.#parts.show(busy());
    const path = `${boxPath(this.point, box.code)}/sealing`;
    const outcome = await this.#parts.commands.run(path, { box: code });
    if (outcome.kind !== "done") return this.#unanswered(outcome);
    const sealed = outcome.value as BoxView;
    this.#answered += 1;
    this.open = this.open.filter((each) => each.code !== sealed.code);
    this.chosen = undefined;
    this.#parts.show(sealedAnswer(sealed));
    this.#parts.changed();
  }

  #keep(box: BoxView): void {
    this.#answered += 1;
    const others = this.open.filter((each) => each.code !== box.code);
    this.open = [...others, box].sort((a, b) => a.opened_at.localeCompare(b.opened_at));
  }

  #without(parcel: string): void {
    if (this.list === undefined) return;
    const gone = this.list.items.find((each) => each.parcel === parcel);
    if (gone === undefined) return;
    const rack = gone.cell?.split("-")[0] ?? "";
    const racks = this.list.racks
      .map((each) => (each.rack === rack ? { ...each, parcels: each.parcels - 1 } : each))
      .filter((each) => each.parcels > 0);
    const items = this.list.items.filter((each) => each !== gone);
    this.list = { ...this.list, total: this.list.total - 1, racks, items };
    // The end of the page is reached: the rest of the list follows.
    if (items.length === 0 && this.list.next !== null) void this.load();
  }

  /** What goes into the chosen box next, in the order of the racks. */
  #following(): LeavingParcelView | undefined {
    return this.list?.items.find((each) => each.kind === (this.chosen?.kind ?? each.kind));
  }

  #now(): number {
    return this.#parts.now?.() ?? performance.now();
  }

  #unanswered(outcome: Exclude<Outcome, { kind: "done" }>): void {
    // What came to nothing is scanned again, and meant.
    if (outcome.kind !== "queued") this.#triggers.forget();
    const told = unansweredAnswer(outcome);
    const next = outcome.kind === "refused" ? nextOf(outcome.problem.code) : undefined;
    this.#parts.show(next === undefined ? told : { ...told, next });
  }
}

/** What to do next where a box does not take a parcel, by the code of the problem. */
function nextOf(code: string): string | undefined {
  switch (code) {
    case "box_full":
    case "box_open_too_long":
    case "box_closed":
      return _("Seal it (F6) if it is open, then open another one: F2 or F3.");
    case "box_large_alone":
      return _("Open a box for it (F2), press F4, and scan the large item.");
    case "box_wrong_kind":
      return _("Open a box for defective goods (F3), and scan it again.");
    case "box_empty":
      return _("Scan what goes into it, then seal it.");
    case "other_box":
      return _("Press F6 again, and scan the sticker of the box that stands here as chosen.");
    case "closed":
    case "stage_forbids":
      return _("Put it back into its cell: it does not leave today.");
    case "box_moved_too_often":
    case "parcel_in_closed_box":
    case "parcel_not_in_box":
      return _("Put it aside, and scan the next one.");
    default:
      return undefined;
  }
}

function closedAnswer(box: BoxView): Answer {
  return {
    tone: "attention",
    title: _("{box} is sealed", { box: box.code }),
    detail: box.state === "handed_over" ? _("A driver took it.") : _("It is not opened again."),
    next: _("Scan another box, or give sealed ones to the driver (F8)."),
  };
}

function busy(): Answer {
  return { tone: "busy", title: _("Box"), next: _("One moment.") };
}

function noParcel(text: string): Answer {
  return {
    tone: "error",
    title: _("This is no parcel"),
    detail: _("What was read: {code}", { code: text.slice(0, 40) }),
    next: _("Scan the parcel's own label, or the sticker of a box."),
  };
}
