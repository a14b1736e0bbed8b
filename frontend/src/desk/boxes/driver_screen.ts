/** The driver is here: sealed boxes are ticked off by scan, and leave together with one act. */

import { download } from "../../api/client.ts";
import type { Commands } from "../../api/commands.ts";
import { failureAnswer } from "../../api/failures.ts";
import type { ActView, BoxView } from "../../api/openapi.d.ts";
import type { Scan } from "../../scanner/scanner.ts";
import type { Answer } from "../../shell/answer.ts";
import { element, fill } from "../../shell/elements.ts";
import type { Screen } from "../../shell/frame.ts";
import { printOn } from "../../shell/printing.ts";
import { _, ngettext } from "../../shell/words.ts";
import { unansweredAnswer } from "../acceptance/outcomes.ts";
import { textField } from "../handover/fields.ts";
import { actCounts, actSheet } from "./box_views.ts";
import { handoversPath, readBoxes } from "./resources.ts";

export interface DriverParts {
  readonly point: string;
  readonly commands: Commands;
  readonly open: (screen: Screen) => void;
  readonly show: (answer: Answer) => void;
  readonly back: () => void;
}

/** Characters of who took the boxes, as the API has them. */
const DRIVER_MAX = 80;

export class DriverScreen {
  readonly #parts: DriverParts;
  readonly #list = element("div", { class: "boxes" });
  readonly #driver = textField(_("Driver and van"), { maxlength: DRIVER_MAX });
  #sealed: readonly BoxView[] = [];
  #ticked: ReadonlySet<string> = new Set();
  #sending: Promise<void> | undefined;

  constructor(parts: DriverParts) {
    this.#parts = parts;
  }

  screen(): Screen {
    void this.#load();
    return {
      title: _("Give boxes to the driver"),
      body: [this.#driver.root, this.#list],
      shortcuts: [
        { code: "F2", label: _("Hand them over"), run: () => this.#send() },
        { code: "Escape", label: _("Send back"), run: this.#parts.back },
      ],
      scanned: (code, scan) => this.#scanned(code, scan),
      waiting: { tone: "busy", title: _("Sealed boxes"), next: _("One moment.") },
    };
  }

  async #load(): Promise<void> {
    const found = await readBoxes(this.#parts.point, "sealed");
    if (found.kind !== "done") return this.#parts.show(failureAnswer(found));
    this.#sealed = found.value;
    this.#render();
    this.#parts.show(this.#count());
  }

  #scanned(code: string, scan: Scan): void {
    const box = this.#sealed.find((each) => each.code === code);
    if (scan.code.kind !== "box" || box === undefined) {
      this.#parts.show(notSealed(scan.text));
      return;
    }
    this.#ticked = new Set([...this.#ticked, box.code]);
    this.#render();
    this.#parts.show(this.#count());
  }

  #toggle(box: BoxView): void {
    const ticked = new Set(this.#ticked);
    if (!ticked.delete(box.code)) ticked.add(box.code);
    this.#ticked = ticked;
    this.#render();
    this.#parts.show(this.#count());
  }

  #count(): Answer {
    if (this.#sealed.length === 0) {
      return {
        tone: "attention",
        title: _("No box is sealed"),
        next: _("Go back (Esc), and seal what the driver shall take."),
      };
    }
    const left = this.#sealed.length - this.#ticked.size;
    return {
      tone: this.#ticked.size === 0 ? "waiting" : left === 0 ? "ok" : "attention",
      title: _("{come} of {expected}", {
        come: this.#ticked.size,
        expected: this.#sealed.length,
      }),
      detail: ngettext("{number} box stays here.", "{number} boxes stay here.", left),
      next:
        left === 0
          ? _("Hand them over (F2): the act says what is in them.")
          : _("Scan each box that the driver takes, then hand them over (F2)."),
    };
  }

  #render(): void {
    const rows = this.#sealed.map((box) => {
      const isTicked = this.#ticked.has(box.code);
      const made = element(
        "button",
        { type: "button", class: "box-card", "aria-pressed": String(isTicked) },
        element("strong", {}, box.code),
        element("span", {}, ngettext("{number} parcel", "{number} parcels", box.items)),
        element("span", { class: "box-count" }, isTicked ? _("Taken") : _("Here")),
      );
      made.addEventListener("click", () => this.#toggle(box));
      return element("li", {}, made);
    });
    fill(
      this.#list,
      element("ul", { class: "box-cards", "aria-label": _("Sealed boxes") }, ...rows),
    );
  }

  #send(): void {
    if (this.#ticked.size === 0) {
      this.#parts.show(this.#count());
      return;
    }
    this.#sending ??= this.#sent().finally(() => {
      this.#sending = undefined;
    });
  }

  async #sent(): Promise<void> {
    const { point, commands, show, open, back } = this.#parts;
    show({ tone: "busy", title: _("Sealed boxes"), next: _("One moment.") });
    const body = { boxes: [...this.#ticked], driver: this.#driver.input.value.trim() };
    const outcome = await commands.run(handoversPath(point), body);
    if (outcome.kind !== "done") return show(unansweredAnswer(outcome));
    open(actScreen(point, outcome.value as ActView, back));
  }
}

/** The act after the hand-over: to be printed and signed. */
export function actScreen(point: string, act: ActView, back: () => void): Screen {
  const left = act.contents.filter((each) => each.left_out !== null).length;
  return {
    title: _("Act"),
    body: [actSheet(act)],
    shortcuts: [
      { code: "F2", label: _("Print"), run: () => printOn("sheet", actSheet(act)) },
      { code: "F4", label: _("Table (CSV)"), run: () => void saveAct(point, act) },
      { code: "Escape", label: _("Send back"), run: back },
    ],
    scanned: () => {},
    waiting: {
      tone: left === 0 ? "ok" : "attention",
      title: _("The driver has them"),
      detail: actCounts(act),
      next:
        left === 0
          ? _("Print the act (F2): both sides sign it.")
          : ngettext(
              "{number} parcel in them did not leave by its order: tell support its number.",
              "{number} parcels in them did not leave by their orders: tell support the numbers.",
              left,
            ),
    },
  };
}

async function saveAct(point: string, { handover }: ActView): Promise<void> {
  const table = await download(`${handoversPath(point)}/${handover.id}?format=csv`);
  if (table === undefined) return;
  const address = URL.createObjectURL(table);
  element("a", { href: address, download: `act-${handover.id}.csv` }).click();
  URL.revokeObjectURL(address);
}

function notSealed(text: string): Answer {
  return {
    tone: "error",
    title: _("This is no sealed box"),
    detail: _("What was read: {code}", { code: text.slice(0, 40) }),
    next: _("Scan the sticker of a box in the list. What is open is sealed first (Esc)."),
  };
}
