/** Which point is it? Asked once for a device, where a person works at several. */

import { type Network, type Result, read } from "../../api/client.ts";
import { failureAnswer } from "../../api/failures.ts";
import type { PointsPage, PointView } from "../../api/openapi.d.ts";
import type { Answer } from "../../shell/answer.ts";
import { element, fill } from "../../shell/elements.ts";
import type { Screen } from "../../shell/frame.ts";
import type { Shortcut } from "../../shell/shortcuts.ts";
import { _ } from "../../shell/words.ts";
import { type Task, taskTiles } from "../home.ts";
import { type ChosenPoint, chosenOf } from "./chosen_point.ts";

/** Keys of the first points of the list, which for an owner of a few are all of them. */
const KEYS: readonly string[] = ["F2", "F3", "F4", "F6", "F8"];

const PAGES_MAX = 20;
const SHOWN_MAX = 24;

export interface PointChoiceParts {
  readonly network: Network;
  readonly frame: { readonly open: (screen: Screen) => void };
  readonly show: (answer: Answer) => void;
  readonly chosen: (point: ChosenPoint) => void;
  /** The way back, for who has a point already. */
  readonly back?: () => void;
}

export class PointChoice {
  readonly #parts: PointChoiceParts;
  readonly #list = element("div", { class: "choices" });
  #points: readonly PointView[] = [];

  constructor(parts: PointChoiceParts) {
    this.#parts = parts;
  }

  /** Ask, with all points; what is typed narrows the list. */
  async open(): Promise<void> {
    this.#parts.frame.open(this.#screen([]));
    const found = await allPoints(this.#parts.network);
    if (found.kind !== "done") return this.#parts.show(failureAnswer(found));
    this.#points = found.value;
    this.#narrow("");
  }

  #narrow(text: string): void {
    const wanted = text.trim().toLowerCase();
    const exact = this.#points.find((each) => each.code.toLowerCase() === wanted);
    if (exact !== undefined) {
      this.#parts.chosen(chosenOf(exact));
      return;
    }
    const found = this.#points.filter((each) => isMeant(each, wanted)).slice(0, SHOWN_MAX);
    this.#parts.frame.open(this.#screen(found));
    if (found.length === 0) this.#parts.show(nothingFound(text));
  }

  #screen(points: readonly PointView[]): Screen {
    const tasks: Task[] = points.map((each, place) => ({
      code: KEYS[place] ?? "",
      title: each.title,
      about: `${each.code} · ${each.address}`,
      path: each.code,
    }));
    const choose = (code: string): void => {
      const point = points.find((each) => each.code === code);
      if (point !== undefined) this.#parts.chosen(chosenOf(point));
    };
    fill(this.#list, taskTiles(tasks, choose));
    const keys: Shortcut[] = tasks
      .filter((each) => each.code !== "")
      .map(({ code, title, path }) => ({ code, label: title, run: () => choose(path) }));
    const { back } = this.#parts;
    if (back) keys.push({ code: "Escape", label: _("Back"), run: back });
    return {
      title: _("Where is this desk?"),
      body: [this.#list],
      shortcuts: keys,
      scanned: (_code, scan) => this.#narrow(scan.text),
      waiting: {
        tone: "waiting",
        title: _("Choose the point"),
        detail: _("You work at several. This device remembers the one you choose."),
        next: _("Choose it in the list, or type a part of its name or its code (F1)."),
      },
    };
  }
}

function isMeant({ code, title, address }: PointView, wanted: string): boolean {
  return `${code} ${title} ${address}`.toLowerCase().includes(wanted);
}

/** Read every point, page after page. */
async function allPoints(network: Network): Promise<Result<readonly PointView[]>> {
  const points: PointView[] = [];
  let after = "";
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const query = new URLSearchParams({ limit: "100", ...(after ? { after } : {}) });
    const found = await read<PointsPage>(`/points?${query}`, network);
    if (found.kind !== "done") return found;
    points.push(...found.value.items);
    if (found.value.next === null) break;
    after = found.value.next;
  }
  return { kind: "done", value: points, status: 200 };
}

function nothingFound(text: string): Answer {
  return {
    tone: "error",
    title: _("No point is called so"),
    detail: _("What was read: {code}", { code: text.slice(0, 40) }),
    next: _("Type a part of its name, its address or its code (F1)."),
  };
}
