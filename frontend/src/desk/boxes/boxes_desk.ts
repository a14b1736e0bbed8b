/** The screens of sending back, and the way from one to the next. */

import type { Commands } from "../../api/commands.ts";
import type { BoxView } from "../../api/openapi.d.ts";
import type { Answer } from "../../shell/answer.ts";
import { element, fill } from "../../shell/elements.ts";
import type { Screen } from "../../shell/frame.ts";
import { printOn } from "../../shell/printing.ts";
import type { Route } from "../../shell/router.ts";
import { _ } from "../../shell/words.ts";
import type { Task } from "../home.ts";
import { taskTiles } from "../home.ts";
import { barcode } from "../labels/barcode.ts";
import { kindText } from "./box_answers.ts";
import { leavingList, openBoxes } from "./box_views.ts";
import { BoxWork } from "./box_work.ts";
import { DriverScreen } from "./driver_screen.ts";

/** What these screens need of the application. */
export interface BoxesParts {
  readonly point: string | undefined;
  readonly commands: Commands;
  readonly open: (screen: Screen) => void;
  readonly show: (answer: Answer) => void;
  readonly go: (path: string) => void;
}

const BASE = "/leaving";

/** The tile of the first screen. */
export function boxesTask(): Task {
  return {
    code: "F7",
    title: _("Send back"),
    about: _("What must leave, in which box, with which driver"),
    path: BASE,
  };
}

export class BoxesDesk {
  readonly #parts: BoxesParts;
  readonly #work: BoxWork;
  #changed = (): void => {};
  /** How many answers were shown: what is read late does not replace one. */
  #said = 0;

  constructor(parts: BoxesParts) {
    this.#parts = parts;
    this.#work = new BoxWork(parts.point ?? "", {
      commands: parts.commands,
      show: (answer) => {
        this.#said += 1;
        parts.show(answer);
      },
      changed: () => this.#changed(),
      unknownBox: (code) => parts.open(this.#kindScreen(code)),
      sticker: (box) => printOn("label", boxLabel(box)),
    });
  }

  routes(): Route<() => Screen>[] {
    return [
      { path: BASE, screen: () => () => this.#leaving() },
      { path: `${BASE}/driver`, screen: () => () => this.#driver() },
    ];
  }

  #leaving(): Screen {
    const work = this.#work;
    const boxes = element("div", { class: "boxes" });
    const list = element("div", { class: "leaving-list" });
    const changed = (): void => {
      const choose = (box: BoxView): void => {
        work.chosen = box;
        changed();
        this.#parts.show(work.opening());
      };
      fill(boxes, openBoxes(work.open, work.chosen, choose));
      if (work.list) fill(list, ...leavingList(work.list));
    };
    this.#changed = changed;
    const before = this.#said;
    void work.load().then((isRead) => {
      const isFirst = this.#changed === changed && this.#said === before;
      if (isRead && isFirst) this.#parts.show(work.opening());
    });
    return {
      title: _("Send back"),
      body: [boxes, list],
      shortcuts: [
        { code: "F2", label: _("New box"), run: () => void work.begin("ordinary") },
        { code: "F3", label: _("For defective goods"), run: () => void work.begin("defective") },
        { code: "F4", label: _("A large item"), run: () => work.intend("large") },
        { code: "F6", label: _("Seal"), run: () => work.intend("seal") },
        { code: "F8", label: _("Driver"), run: () => this.#parts.go(`${BASE}/driver`) },
        { code: "F10", label: _("Take out"), run: () => work.intend("out") },
      ],
      scanned: (code, scan) => work.take(code, scan),
      waiting: { tone: "busy", title: _("Send back"), next: _("One moment.") },
    };
  }

  /** A sticker that no box has yet: what will be in it? */
  #kindScreen(code: string): Screen {
    const open = (kind: BoxView["kind"]) => (): void => {
      this.#parts.go(BASE);
      void this.#work.begin(kind, code);
    };
    const choices: readonly Task[] = [
      {
        code: "F2",
        title: kindText("ordinary"),
        about: _("It can be sold again"),
        path: "ordinary",
      },
      { code: "F3", title: kindText("defective"), about: _("It has a fault"), path: "defective" },
    ];
    const run = (path: string): void => open(path as BoxView["kind"])();
    return {
      title: _("A new box"),
      body: [taskTiles(choices, run)],
      shortcuts: [
        ...choices.map((each) => ({
          code: each.code,
          label: each.title,
          run: open(each.path as BoxView["kind"]),
        })),
        { code: "Escape", label: _("Send back"), run: () => this.#parts.go(BASE) },
      ],
      scanned: () => this.#parts.show(kindWanted(code)),
      waiting: kindWanted(code),
    };
  }

  #driver(): Screen {
    const { commands, open, show, go, point = "" } = this.#parts;
    return new DriverScreen({ point, commands, open, show, back: () => go(BASE) }).screen();
  }
}

/** Return the sticker of a box as it is printed. */
export function boxLabel({ code, kind }: BoxView): HTMLElement {
  return element(
    "div",
    { class: "label" },
    element("strong", { class: "label-cell", "data-long": true }, code),
    barcode(code),
    element("span", { class: "label-code" }, kindText(kind)),
  );
}

function kindWanted(code: string): Answer {
  return {
    tone: "attention",
    title: _("Box {box}", { box: code }),
    detail: _("This sticker is new."),
    next: _("What goes into it? F2: ordinary goods. F3: defective ones."),
  };
}
