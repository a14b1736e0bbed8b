/** The screens of the shelf: cells, moves and searches, and inventories. */

import type { Commands } from "../../api/commands.ts";
import { failureAnswer } from "../../api/failures.ts";
import type { CellView, InventoryView, SearchView } from "../../api/openapi.d.ts";
import type { Answer } from "../../shell/answer.ts";
import { type Child, element, fill } from "../../shell/elements.ts";
import { moment } from "../../shell/formats.ts";
import type { Screen } from "../../shell/frame.ts";
import type { Route } from "../../shell/router.ts";
import { _ } from "../../shell/words.ts";
import { unansweredAnswer } from "../acceptance/outcomes.ts";
import { parcelName } from "../acceptance/scan_answer.ts";
import { action } from "../handover/fields.ts";
import type { Task } from "../home.ts";
import { CountScreen } from "./count_screen.ts";
import { pointPath, readInventories } from "./resources.ts";
import { hintText, shelfWaiting, timeLeft } from "./shelf_answers.ts";
import { ShelfWork } from "./shelf_work.ts";

/** What these screens need of the application. */
export interface ShelfParts {
  readonly point: string | undefined;
  readonly commands: Commands;
  readonly open: (screen: Screen) => void;
  readonly show: (answer: Answer) => void;
  readonly go: (path: string) => void;
}

const BASE = "/shelf";

/** The tile of the first screen. */
export function shelfTask(): Task {
  return {
    code: "F8",
    title: _("Shelf"),
    about: _("Cells, moves, searches and inventories"),
    path: BASE,
  };
}

export class ShelfDesk {
  readonly #parts: ShelfParts;
  readonly #point: string;

  constructor(parts: ShelfParts) {
    this.#parts = parts;
    this.#point = parts.point ?? "";
  }

  routes(): Route<() => Screen>[] {
    return [
      { path: BASE, screen: () => () => this.#shelf() },
      { path: "/inventories", screen: () => () => this.#inventories() },
      {
        path: "/inventories/{id}",
        screen:
          ({ id = "" }) =>
          () =>
            this.#count(id),
      },
    ];
  }

  #shelf(): Screen {
    const { commands, show, go } = this.#parts;
    const body = element("div", { class: "shelf" });
    const work = new ShelfWork(this.#point, {
      commands,
      show,
      changed: () => fill(body, ...this.#body(work)),
    });
    void work.load();
    return {
      title: _("Shelf"),
      body: [body],
      shortcuts: [
        { code: "F2", label: _("Search"), run: () => work.startSearch() },
        { code: "F3", label: _("Move a cell"), run: () => work.startMove() },
        { code: "F4", label: _("Confirm the move"), run: () => void work.confirmMove() },
        { code: "F6", label: _("Give up"), run: () => void work.giveUp() },
        { code: "F8", label: _("Inventories"), run: () => go("/inventories") },
      ],
      scanned: (code, scan) => work.take(code, scan),
      waiting: shelfWaiting(),
    };
  }

  #body(work: ShelfWork): Child[] {
    return [
      work.search && searchCard(work.search),
      work.cell && cellCard(work.cell),
      element("h2", {}, _("Open searches")),
      work.searches.length === 0
        ? element("p", {}, _("Nothing is being searched for."))
        : element(
            "ul",
            { class: "leaving" },
            ...work.searches.map((each) => searchRow(each, () => void work.choose(each.id))),
          ),
    ];
  }

  #inventories(): Screen {
    const { go } = this.#parts;
    const list = element("div", { class: "inventories" });
    void this.#list(list);
    return {
      title: _("Inventories"),
      body: [list],
      shortcuts: [
        { code: "F2", label: _("Count everything"), run: () => void this.#begin("") },
        { code: "Escape", label: _("Shelf"), run: () => go(BASE) },
      ],
      scanned: (_code, scan) => this.#begin(scan.text.replace(/^CELL:/i, "")),
      waiting: {
        tone: "waiting",
        title: _("What is counted?"),
        detail: _("Whoever begins the same again counts along."),
        next: _("Scan a cell, type the number of a rack (F1), or count everything (F2)."),
      },
    };
  }

  async #list(list: HTMLElement): Promise<void> {
    const found = await readInventories(this.#point);
    if (found.kind !== "done") return this.#parts.show(failureAnswer(found));
    const rows = found.value.map((each) =>
      inventoryRow(each, () => this.#parts.go(`/inventories/${each.id}`)),
    );
    fill(
      list,
      rows.length === 0
        ? element("p", {}, _("No inventory is open."))
        : element("ul", { class: "leaving", "aria-label": _("Open inventories") }, ...rows),
    );
  }

  async #begin(scope: string): Promise<void> {
    const { commands, show, go } = this.#parts;
    const body = scope === "" ? {} : { scope };
    const outcome = await commands.run(pointPath(this.#point, "inventories"), body);
    if (outcome.kind !== "done") return show(unansweredAnswer(outcome));
    go(`/inventories/${(outcome.value as InventoryView).id}`);
  }

  #count(id: string): Screen {
    const { commands, open, show, go } = this.#parts;
    const back = (): void => go("/inventories");
    return new CountScreen({ point: this.#point, id, commands, open, show, back }).screen();
  }
}

function searchRow(search: SearchView, choose: () => void): HTMLElement {
  return element(
    "li",
    { class: "leaving-row" },
    element("strong", { class: "leaving-cell" }, search.cell ?? "—"),
    action(parcelName(search.parcel), choose),
    element("span", {}, timeLeft(search)),
  );
}

/** Where to look, most likely first. */
function searchCard({ parcel, hints }: SearchView): HTMLElement {
  const rows = (hints ?? []).map((hint) =>
    element(
      "li",
      { class: "leaving-row" },
      element("strong", { class: "leaving-cell" }, hint.cell ?? "—"),
      element("span", {}, hintText(hint)),
    ),
  );
  return element(
    "section",
    {},
    element("h2", {}, parcelName(parcel)),
    element("ol", { class: "leaving", "aria-label": _("Where to look") }, ...rows),
  );
}

function cellCard({ cell, parcels }: CellView): HTMLElement {
  const rows = parcels.map(({ parcel, closed }) =>
    element(
      "li",
      { class: "leaving-row" },
      element("span", { class: "leaving-parcel" }, parcelName(parcel)),
      closed && element("span", {}, _("It has to leave")),
    ),
  );
  return element(
    "section",
    {},
    element("h2", {}, _("Cell {cell}", { cell })),
    rows.length === 0
      ? element("p", {}, _("Nothing lies here."))
      : element("ul", { class: "leaving", "aria-label": _("In this cell") }, ...rows),
  );
}

function inventoryRow({ scope, started_at }: InventoryView, open: () => void): HTMLElement {
  return element(
    "li",
    { class: "leaving-row" },
    action(scope ?? _("The whole point"), open),
    element("span", {}, moment(started_at)),
  );
}
