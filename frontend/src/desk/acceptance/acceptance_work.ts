/**
 * The work at one acceptance: scans become commands, answers become what is shown.
 *
 * Nothing is decided here but the order of a scan and its cell. What the page forgets when it is
 * loaded anew is which parcel was chosen; everything else is the server's.
 */

import { command, type Outcome, type Submitter } from "../../api/commands.ts";
import { failureAnswer } from "../../api/failures.ts";
import type { AcceptanceReportView, ScanAnswerView, ShelvingView } from "../../api/openapi.d.ts";
import type { Scan } from "../../scanner/scanner.ts";
import type { Answer } from "../../shell/answer.ts";
import { _ } from "../../shell/words.ts";
import type { ParcelLabel } from "../labels/parcel_label.ts";
import { unansweredAnswer } from "./outcomes.ts";
import { DoubleTriggers, type Mode, readingOf } from "./reading.ts";
import { acceptancePath, readReport, readUnshelved, shelvingsPath } from "./resources.ts";
import { parcelName, scanAnswer } from "./scan_answer.ts";
import { cellWanted, parcelWanted, shelvingAnswer, wrongCell } from "./shelving_answer.ts";
import { afterScan, afterShelving, type Tally, tallyOf } from "./tally.ts";

/** What the work needs of the page around it; tests give their own. */
export interface WorkParts {
  readonly submitter: Submitter;
  readonly show: (answer: Answer) => void;
  /** The figures have changed. */
  readonly changed: () => void;
  /** A manifest was scanned: another van is to be accepted. */
  readonly manifest: (code: string) => void;
  /** A parcel was accepted and has a cell: its sticker may be printed. */
  readonly label?: (label: ParcelLabel) => void;
  readonly reports?: typeof readReport;
  readonly shelf?: typeof readUnshelved;
  /** Milliseconds of a clock that only runs forward. */
  readonly now?: () => number;
}

/** What of an item a scanner can't tell. */
export interface Remark {
  readonly condition: "damaged" | "unreadable" | "second_item" | "no_order";
  readonly reason?: string;
  readonly code?: string;
  readonly box?: string;
  readonly product?: string;
  /** Ids of photos that are stored already. */
  readonly attachments?: readonly string[];
}

export class AcceptanceWork {
  readonly point: string;
  readonly id: string;
  report: AcceptanceReportView | undefined;
  tally: Tally | undefined;
  /** The parcel that a cell is scanned for. */
  chosen: string | undefined;
  /** The parcel that was scanned last: what is told of damage is about it. */
  last: string | undefined;
  box = "";
  readonly #parts: WorkParts;
  /** How many commands were answered. */
  #answered = 0;
  readonly #triggers = new DoubleTriggers();
  #closing: Promise<boolean> | undefined;

  constructor(point: string, id: string, parts: WorkParts) {
    this.point = point;
    this.id = id;
    this.#parts = parts;
  }

  /** Read how far it is; false where that can't be known, which is shown. */
  async load(): Promise<boolean> {
    const { reports = readReport, shelf = readUnshelved } = this.#parts;
    const before = this.#answered;
    const [report, unshelved] = await Promise.all([
      reports(this.point, this.id),
      shelf(this.point),
    ]);
    if (report.kind !== "done" || unshelved.kind !== "done") {
      if (report.kind !== "done") this.#parts.show(failureAnswer(report));
      else if (unshelved.kind !== "done") this.#parts.show(failureAnswer(unshelved));
      return false;
    }
    // What was scanned meanwhile may be missing in what was read.
    if (this.#answered !== before) return this.load();
    this.report = report.value;
    this.tally = tallyOf(report.value, unshelved.value);
    this.#parts.changed();
    return true;
  }

  /** Answer a scan; the next one waits for the promise. */
  async take(code: string, scan: Scan, mode: Mode): Promise<void> {
    const reading = readingOf(scan.code, mode);
    if (reading === "item" && this.#triggers.isOne(scan.text, scan.source, this.#now())) return;
    // Whatever comes of this scan, the next cell is not for the parcel before it.
    if (reading !== "cell") this.chosen = undefined;
    switch (reading) {
      case "item":
        await this.#accept(code, { code: scan.text });
        return this.#triggers.answered(this.#now());
      case "parcel":
        return this.#choose(code);
      case "cell":
        return this.#shelve(code, scan.text);
      case "box":
        this.box = code;
        return this.#parts.show(boxOpened(code));
      case "manifest":
        return this.#parts.manifest(code);
      default:
        return this.#parts.show(reading === "secret" ? buyersCode() : noParcel(scan.text));
    }
  }

  /** Tell what a scanner can't, with the ids of photos. */
  remark({ code = "", ...remark }: Remark): Promise<void> {
    this.chosen = undefined;
    return this.#accept(code, { ...remark, ...(code ? { code } : {}) });
  }

  /** Close it, once however often the key is pressed; true when the report is final. */
  close(): Promise<boolean> {
    this.#closing ??= this.#close().finally(() => {
      this.#closing = undefined;
    });
    return this.#closing;
  }

  async #close(): Promise<boolean> {
    const path = `${acceptancePath(this.point, this.id)}/closing`;
    const outcome = await this.#parts.submitter.submit(command(path, {}));
    if (outcome.kind !== "done") {
      this.#parts.show(unansweredAnswer(outcome));
      return false;
    }
    this.report = outcome.value as AcceptanceReportView;
    return true;
  }

  async #accept(code: string, body: Readonly<Record<string, unknown>>): Promise<void> {
    this.#parts.show(busy(code));
    const path = `${acceptancePath(this.point, this.id)}/scans`;
    const outcome = await this.#parts.submitter.submit(command(path, body));
    if (outcome.kind !== "done") return this.#unanswered(outcome);
    const answer = this.#withCell(outcome.value as ScanAnswerView);
    this.chosen = answer.cell === null ? undefined : (answer.parcel ?? undefined);
    this.last = answer.parcel ?? undefined;
    this.#answered += 1;
    if (this.tally) this.tally = afterScan(this.tally, answer);
    this.#parts.show(scanAnswer(answer, code));
    this.#label(answer);
    this.#parts.changed();
  }

  /** What was accepted before and is on no shelf yet goes into the cell proposed then. */
  #withCell(scan: ScanAnswerView): ScanAnswerView {
    const { answer, parcel, cell } = scan;
    if (answer !== "already_here" || parcel === null || cell !== null) return scan;
    const waits = this.tally?.unshelved.has(parcel) ?? false;
    return { ...scan, cell: (waits && this.tally?.cells.get(parcel)) || null };
  }

  /** What lay here before has its sticker already. */
  #label({ answer, parcel, cell }: ScanAnswerView): void {
    if (answer === "already_here" || parcel === null || cell === null) return;
    this.#parts.label?.({ parcel, cell });
  }

  #now(): number {
    return this.#parts.now?.() ?? performance.now();
  }

  #choose(code: string): void {
    this.chosen = code;
    this.last = code;
    this.#parts.show(cellWanted(code, this.tally?.cells.get(code)));
  }

  async #shelve(cell: string, text: string): Promise<void> {
    const parcel = this.chosen;
    if (parcel === undefined) return this.#parts.show(parcelWanted(cell));
    this.#parts.show(busy(parcel));
    const body = { parcel, cell: text };
    const outcome = await this.#parts.submitter.submit(command(shelvingsPath(this.point), body));
    if (outcome.kind === "refused" && outcome.problem.code === "unknown_cell") {
      return this.#parts.show(wrongCell(outcome.problem));
    }
    if (outcome.kind !== "done") return this.#unanswered(outcome);
    const found = outcome.value as ShelvingView;
    const proposed = this.tally?.cells.get(found.parcel);
    this.chosen = undefined;
    this.#answered += 1;
    if (this.tally) this.tally = afterShelving(this.tally, found);
    this.#parts.show(shelvingAnswer(found, proposed));
    this.#parts.changed();
  }

  #unanswered(outcome: Exclude<Outcome, { kind: "done" }>): void {
    // What came to nothing is scanned again, and meant.
    if (outcome.kind !== "queued") this.#triggers.forget();
    this.#parts.show(unansweredAnswer(outcome));
  }
}

function busy(code: string): Answer {
  const title = /^\d{14}$/.test(code) ? parcelName(code) : code.slice(0, 40) || _("No code");
  return { tone: "busy", title, next: _("One moment.") };
}

function boxOpened(box: string): Answer {
  return {
    tone: "ok",
    title: _("Box {box}", { box }),
    next: _("Scan each parcel in it. What can't be read is looked for in this box."),
  };
}

function buyersCode(): Answer {
  return {
    tone: "error",
    title: _("This is a buyer's code"),
    detail: _("It was not sent and not stored."),
    next: _("Scan the label of a parcel; buyers are served on the screen for hand-overs."),
  };
}

function noParcel(text: string): Answer {
  return {
    tone: "error",
    title: _("This is no parcel"),
    detail: _("What was read: {code}", { code: text.slice(0, 40) }),
    next: _("Scan the parcel's own label, or accept it first (F2)."),
  };
}
