/**
 * The work at the shelf: a parcel and a cell move it, a cell alone shows what lies in it.
 *
 * A key says what the next scans do instead: a search, or a whole cell that moves.
 */

import type { Commands, Outcome } from "../../api/commands.ts";
import { failureAnswer } from "../../api/failures.ts";
import type { CellMoveView, CellView, SearchView, ShelvingView } from "../../api/openapi.d.ts";
import type { Scan } from "../../scanner/scanner.ts";
import type { Answer } from "../../shell/answer.ts";
import { _, ngettext } from "../../shell/words.ts";
import { unansweredAnswer } from "../acceptance/outcomes.ts";
import { parcelName } from "../acceptance/scan_answer.ts";
import { pointPath, readCell, readSearch, readSearches } from "./resources.ts";
import { cellAnswer, cellWanted, searchAnswer, shelfWaiting } from "./shelf_answers.ts";

/** What the work needs of the page around it; tests give their own. */
export interface ShelfWorkParts {
  readonly commands: Commands;
  readonly show: (answer: Answer) => void;
  readonly changed: () => void;
  readonly cell?: typeof readCell;
  readonly searches?: typeof readSearches;
  readonly search?: typeof readSearch;
}

/** A whole cell on its way: `from` first, `to` once it was scanned, and then a key says yes. */
interface CellMove {
  readonly from?: CellView;
  readonly to?: string;
}

export class ShelfWork {
  readonly point: string;
  searches: readonly SearchView[] = [];
  cell: CellView | undefined;
  search: SearchView | undefined;
  readonly #parts: ShelfWorkParts;
  #chosen: string | undefined;
  #isSearching = false;
  #move: CellMove | undefined;

  constructor(point: string, parts: ShelfWorkParts) {
    this.point = point;
    this.#parts = parts;
  }

  /** Read which searches are open; what can't be read is shown. */
  async load(): Promise<void> {
    const { searches = readSearches } = this.#parts;
    const found = await searches(this.point);
    if (found.kind !== "done") return this.#parts.show(failureAnswer(found));
    this.searches = found.value;
    this.#parts.changed();
  }

  /** The next parcel is searched for. */
  startSearch(): void {
    this.#reset();
    this.#isSearching = true;
    this.#parts.show({
      tone: "attention",
      title: _("What is missing?"),
      next: _("Type the number of the order or of the parcel (F1)."),
    });
  }

  /** The next two cells are where from and where to. */
  startMove(): void {
    this.#reset();
    this.#move = {};
    this.#parts.show({
      tone: "attention",
      title: _("Move a whole cell"),
      next: _("Scan the cell that is emptied."),
    });
  }

  /** Answer a scan; the next one waits for the promise. */
  async take(code: string, scan: Scan): Promise<void> {
    const { kind } = scan.code;
    if (kind === "cell") return this.#cell(scan.text);
    if (kind !== "parcel" && kind !== "order") return this.#parts.show(noShelf(scan.text));
    if (this.#isSearching) return this.#begin(scan.text);
    this.#move = undefined;
    this.#chosen = scan.text;
    return this.#parts.show(cellWanted(code));
  }

  /** Show a search that was chosen in the list, with where to look. */
  async choose(id: string): Promise<void> {
    const { search = readSearch } = this.#parts;
    const found = await search(this.point, id);
    if (found.kind !== "done") return this.#parts.show(failureAnswer(found));
    this.search = found.value;
    this.#parts.show(searchAnswer(found.value));
    this.#parts.changed();
  }

  /** Give the chosen search up, once its time is over. */
  async giveUp(): Promise<void> {
    if (this.search === undefined) return this.#parts.show(searchWanted());
    const path = pointPath(this.point, `searches/${this.search.id}/loss`);
    const outcome = await this.#parts.commands.run(path, {});
    if (outcome.kind !== "done") return this.#unanswered(outcome);
    this.search = outcome.value as SearchView;
    this.#parts.show(searchAnswer(this.search));
    await this.load();
  }

  /** Move the whole cell: where from and where to were scanned, and a key confirms it. */
  async confirmMove(): Promise<void> {
    const { from, to } = this.#move ?? {};
    if (from === undefined || to === undefined) return this.startMove();
    this.#move = undefined;
    const body = { from: from.cell, to };
    const outcome = await this.#parts.commands.run(pointPath(this.point, "moves"), body);
    if (outcome.kind !== "done") return this.#unanswered(outcome);
    this.#parts.show(movedAnswer(outcome.value as CellMoveView, to));
    await this.#show(to);
  }

  async #cell(text: string): Promise<void> {
    if (this.#chosen !== undefined) return this.#shelve(this.#chosen, text);
    if (this.#move?.from !== undefined) return this.#target(this.#move.from, text);
    const found = await this.#read(text);
    if (found === undefined) return;
    if (this.#move !== undefined) {
      this.#move = { from: found };
      this.#parts.show(sourceAnswer(found));
    } else this.#parts.show(cellAnswer(found));
  }

  async #target(from: CellView, text: string): Promise<void> {
    const found = await this.#read(text);
    if (found === undefined) return;
    this.#move = { from, to: found.cell };
    this.#parts.show({
      tone: "attention",
      title: _("{from} into {to}?", { from: from.cell, to: found.cell }),
      detail: ngettext("{number} parcel moves.", "{number} parcels move.", from.parcels.length),
      cells: [found.cell],
      next: _("Put everything there, then confirm it (F4)."),
    });
  }

  async #shelve(parcel: string, cell: string): Promise<void> {
    const path = pointPath(this.point, "shelvings");
    const outcome = await this.#parts.commands.run(path, { parcel, cell });
    if (outcome.kind !== "done") return this.#unanswered(outcome);
    this.#chosen = undefined;
    const done = outcome.value as ShelvingView;
    this.#parts.show({
      tone: "ok",
      title: done.answer === "already_there" ? _("It lies there already") : _("Moved"),
      detail: _("Parcel {parcel}", { parcel: parcelName(done.parcel) }),
      cells: [done.cell],
      next: _("Scan the next parcel or cell."),
    });
    await this.load();
  }

  async #begin(parcel: string): Promise<void> {
    this.#isSearching = false;
    const path = pointPath(this.point, "searches");
    const outcome = await this.#parts.commands.run(path, { parcel });
    if (outcome.kind !== "done") return this.#unanswered(outcome);
    this.search = outcome.value as SearchView;
    this.#parts.show(searchAnswer(this.search));
    await this.load();
  }

  async #show(cell: string): Promise<void> {
    const { cell: reader = readCell } = this.#parts;
    const found = await reader(this.point, cell);
    if (found.kind === "done") this.cell = found.value;
    this.#parts.changed();
  }

  async #read(text: string): Promise<CellView | undefined> {
    const { cell: reader = readCell } = this.#parts;
    const found = await reader(this.point, text);
    if (found.kind !== "done") {
      this.#parts.show(failureAnswer(found));
      return undefined;
    }
    this.cell = found.value;
    this.#parts.changed();
    return found.value;
  }

  #reset(): void {
    this.#chosen = undefined;
    this.#isSearching = false;
    this.#move = undefined;
  }

  #unanswered(outcome: Exclude<Outcome, { kind: "done" }>): void {
    const told = unansweredAnswer(outcome);
    const next = outcome.kind === "refused" ? nextOf(outcome.problem.code) : undefined;
    this.#parts.show(next === undefined ? told : { ...told, next });
  }
}

/** What to do next at the shelf, by the code of the problem. */
function nextOf(code: string): string | undefined {
  switch (code) {
    case "search_not_over":
      return _("Go on looking: it is given up when its time is over.");
    case "unknown_cell":
      return _("Scan the label of the cell again, or type it as 54-35.");
    case "unknown_parcel":
      return _("Type all digits of the parcel, or the 12 digits of the order.");
    default:
      return undefined;
  }
}

function sourceAnswer({ cell, parcels }: CellView): Answer {
  return {
    tone: "attention",
    title: _("Out of {cell}", { cell }),
    detail: ngettext("{number} parcel", "{number} parcels", parcels.length),
    next: _("Scan the cell that they go into."),
  };
}

function movedAnswer({ outcomes }: CellMoveView, cell: string): Answer {
  const stays = outcomes.filter((each) => each.outcome === "refused").length;
  return {
    tone: stays === 0 ? "ok" : "attention",
    title: _("Moved"),
    ...(stays === 0
      ? {}
      : {
          detail: ngettext(
            "{number} order stays where it was.",
            "{number} orders stay where they were.",
            stays,
          ),
        }),
    cells: [cell],
    next: _("Scan the next parcel or cell."),
  };
}

function searchWanted(): Answer {
  return {
    tone: "error",
    title: _("Which search?"),
    next: _("Choose one in the list first."),
  };
}

function noShelf(text: string): Answer {
  return {
    ...shelfWaiting(),
    tone: "error",
    title: _("This is no parcel"),
    detail: _("What was read: {code}", { code: text.slice(0, 40) }),
  };
}
