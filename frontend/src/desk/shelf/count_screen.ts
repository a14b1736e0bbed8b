/** An inventory: cell by cell, parcel by parcel; then the differences, each settled by a step. */

import type { Commands } from "../../api/commands.ts";
import { failureAnswer } from "../../api/failures.ts";
import type { CountView, FollowUpView, InventoryReportView } from "../../api/openapi.d.ts";
import type { Scan } from "../../scanner/scanner.ts";
import type { Answer } from "../../shell/answer.ts";
import { element, fill } from "../../shell/elements.ts";
import type { Screen } from "../../shell/frame.ts";
import { _, ngettext } from "../../shell/words.ts";
import { unansweredAnswer } from "../acceptance/outcomes.ts";
import { parcelName } from "../acceptance/scan_answer.ts";
import { inventoryPath, readInventory } from "./resources.ts";
import { countAnswer } from "./shelf_answers.ts";

export interface CountParts {
  readonly point: string;
  readonly id: string;
  readonly commands: Commands;
  readonly open: (screen: Screen) => void;
  readonly show: (answer: Answer) => void;
  readonly back: () => void;
}

export class CountScreen {
  readonly #parts: CountParts;
  readonly #body = element("div", { class: "count" });
  #cell: string | undefined;
  /** The last count: what it says comes before the differences. */
  #counting: Promise<void> = Promise.resolve();

  constructor(parts: CountParts) {
    this.#parts = parts;
  }

  screen(): Screen {
    void this.#load();
    return {
      title: _("Inventory"),
      body: [this.#body],
      shortcuts: [
        { code: "F3", label: _("The cell is empty"), run: () => void this.#empty() },
        { code: "F6", label: _("Differences"), run: () => void this.#differences() },
        { code: "Escape", label: _("Shelf"), run: this.#parts.back },
      ],
      scanned: (_code, scan) => this.#take(scan),
      waiting: {
        tone: "waiting",
        title: _("Scan a cell"),
        next: _("Then scan each parcel in it, then the next cell."),
      },
    };
  }

  async #load(): Promise<InventoryReportView | undefined> {
    const { point, id, show } = this.#parts;
    const found = await readInventory(point, id);
    if (found.kind !== "done") {
      show(failureAnswer(found));
      return undefined;
    }
    fill(this.#body, ...figures(found.value));
    return found.value;
  }

  #take(scan: Scan): Promise<void> | void {
    if (scan.code.kind === "cell") {
      this.#cell = scan.text;
      this.#parts.show({
        tone: "ok",
        title: _("Cell {cell}", { cell: scan.code.value }),
        next: _("Scan each parcel in it. If nothing lies here, press F3."),
      });
      return;
    }
    if (this.#cell === undefined) {
      this.#parts.show(cellFirst());
      return;
    }
    return this.#count(this.#cell, { code: scan.text, typed: scan.source === "typed" });
  }

  async #empty(): Promise<void> {
    if (this.#cell === undefined) return this.#parts.show(cellFirst());
    await this.#count(this.#cell, {});
  }

  #count(cell: string, said: Readonly<Record<string, unknown>>): Promise<void> {
    this.#counting = this.#counted(cell, said);
    return this.#counting;
  }

  async #counted(cell: string, said: Readonly<Record<string, unknown>>): Promise<void> {
    const { point, id, commands, show } = this.#parts;
    const path = `${inventoryPath(point, id)}/scans`;
    const outcome = await commands.run(path, { cell, ...said });
    if (outcome.kind !== "done") return show(unansweredAnswer(outcome));
    show("code" in said ? countAnswer(outcome.value as CountView) : emptyAnswer(cell));
    await this.#load();
  }

  async #differences(): Promise<void> {
    await this.#counting;
    const report = await this.#load();
    if (report !== undefined) this.#parts.open(this.#differencesScreen(report));
  }

  #differencesScreen(report: InventoryReportView): Screen {
    const again = (): void => this.#parts.open(this.screen());
    const isOpen = report.inventory.closed_at === null;
    return {
      title: _("Differences"),
      body: [...figures(report), differenceList(report)],
      shortcuts: [
        ...(isOpen
          ? [{ code: "F2", label: _("Close the inventory"), run: () => void this.#step("closing") }]
          : []),
        { code: "F3", label: _("Search for the missing"), run: () => void this.#step("searches") },
        { code: "F4", label: _("Move what was found"), run: () => void this.#step("moves") },
        {
          code: "Escape",
          label: isOpen ? _("Go on counting") : _("Shelf"),
          run: isOpen ? again : this.#parts.back,
        },
      ],
      scanned: () => this.#parts.show(differencesAnswer(report)),
      waiting: differencesAnswer(report),
    };
  }

  async #step(step: "closing" | "searches" | "moves"): Promise<void> {
    const { point, id, commands, show, open } = this.#parts;
    const outcome = await commands.run(`${inventoryPath(point, id)}/${step}`, {});
    if (outcome.kind !== "done") return show(unansweredAnswer(outcome));
    const report = await this.#load();
    if (report === undefined) return;
    open(this.#differencesScreen(report));
    if (step !== "closing") show(followedAnswer(outcome.value as FollowUpView));
  }
}

function figures({ figures: told, inventory }: InventoryReportView): HTMLElement[] {
  const rows: readonly (readonly [string, number])[] = [
    [_("In their cells"), told.found],
    [_("Missing"), told.missing],
    [_("In another cell"), told.wrong_cell],
    [_("Not ours, or not here"), told.unknown],
    [_("Not counted yet"), told.not_counted],
  ];
  return [
    element("p", { class: "lead" }, inventory.scope ?? _("The whole point")),
    element(
      "dl",
      { class: "facts" },
      ...rows.map(([name, value]) =>
        element("div", {}, element("dt", {}, name), element("dd", {}, String(value))),
      ),
    ),
  ];
}

function differenceList({ items }: InventoryReportView): HTMLElement {
  const shown = items.filter((each) => each.result !== "not_counted");
  if (shown.length === 0) return element("p", {}, _("There are no differences."));
  const rows = shown.map(({ result, parcel, code, cell, counted_in }) =>
    element(
      "li",
      { class: "leaving-row" },
      element("strong", { class: "leaving-cell" }, counted_in ?? cell ?? "—"),
      element(
        "span",
        { class: "leaving-parcel" },
        parcel === null ? (code ?? "") : parcelName(parcel),
      ),
      element("span", {}, resultText(result, cell)),
    ),
  );
  return element("ol", { class: "leaving" }, ...rows);
}

function resultText(result: string, cell: string | null): string {
  switch (result) {
    case "missing":
      return _("Missing in its cell");
    case "wrong_cell":
      return cell === null ? _("In another cell") : _("Belongs into {cell}", { cell });
    case "moved":
      return _("It moved meanwhile");
    default:
      return _("Not ours, or not here");
  }
}

function differencesAnswer({ figures: told, inventory }: InventoryReportView): Answer {
  const count = told.missing + told.wrong_cell + told.unknown;
  const isOpen = inventory.closed_at === null;
  return {
    tone: count === 0 ? "ok" : "attention",
    title: ngettext("{number} difference", "{number} differences", count),
    detail: isOpen
      ? _("The inventory is open: others may still be counting.")
      : _("The inventory is closed."),
    next:
      count === 0
        ? _("Nothing has to be settled.")
        : _("Search for the missing (F3), and let the orders say where the others lie (F4)."),
  };
}

function followedAnswer({ outcomes, searches, refused, more }: FollowUpView): Answer {
  const done = outcomes.filter((each) => each.outcome !== "refused").length + searches.length;
  const left = refused.length + outcomes.filter((each) => each.outcome === "refused").length;
  return {
    tone: left === 0 ? "ok" : "attention",
    title: ngettext("{number} difference settled", "{number} differences settled", done),
    ...(left === 0
      ? {}
      : {
          detail: ngettext("{number} is left as it was.", "{number} are left as they were.", left),
        }),
    next: more
      ? _("There are more: press the same key again.")
      : _("Go back (Esc), or settle the others."),
  };
}

function emptyAnswer(cell: string): Answer {
  return {
    tone: "ok",
    title: _("Nothing lies here."),
    detail: cell.replace(/^CELL:/i, ""),
    next: _("Scan the next cell."),
  };
}

function cellFirst(): Answer {
  return {
    tone: "error",
    title: _("Scan a cell first"),
    next: _("A count says which cell a parcel lies in: scan the cell, then what is in it."),
  };
}
