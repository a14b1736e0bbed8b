/**
 * The frame of every application of staff: who works where, the field for codes, the answer, the
 * screen that is open, and the shortcuts of it.
 */

import type { Answer } from "./answer.ts";
import { AnswerPanel } from "./answer_panel.ts";
import { element, fill } from "./elements.ts";
import { clockTime } from "./formats.ts";
import { icon } from "./icons.ts";
import { ScanField } from "./scan_field.ts";
import { SettingsDialog } from "./settings_dialog.ts";
import { type Shortcut, ShortcutBar } from "./shortcuts.ts";
import type { Shell } from "./start.ts";
import { _ } from "./words.ts";

/** One screen: what is shown beside the answer, and what its keys do. */
export interface Screen {
  readonly title: string;
  readonly body: readonly Node[];
  readonly shortcuts: readonly Shortcut[];
  /** Every code that is scanned or typed while the screen is open. */
  readonly scanned: (code: string) => void;
  /** What stands before the first scan. */
  readonly waiting: Answer;
}

const CLOCK_MS = 10_000;

export class Frame {
  readonly #shell: Shell;
  readonly #panel: AnswerPanel;
  readonly #field: ScanField;
  readonly #bar: ShortcutBar;
  readonly #main = element("section", { class: "screen", "aria-labelledby": "screen-title" });
  #screen: Screen | undefined;

  /** `home` opens the first screen. */
  constructor(shell: Shell, home: () => void) {
    this.#shell = shell;
    this.#panel = new AnswerPanel(shell.preferences);
    this.#field = new ScanField((code) => this.scanned(code));
    const settings = new SettingsDialog(shell.preferences);
    this.#bar = new ShortcutBar(_("Shortcuts"), [
      { code: "F1", label: _("Type a number"), run: () => this.#field.type() },
      { code: "F9", label: _("Settings"), run: () => settings.open() },
      { code: "Escape", label: _("Home"), run: home },
    ]);
    fill(
      shell.root,
      this.#header(),
      element("main", { class: "desk" }, this.#field.root, this.#panel.root, this.#main),
      this.#bar.root,
      settings.root,
    );
  }

  /** Open a screen; the answer of the one before goes with it. */
  open(screen: Screen): void {
    this.#screen = screen;
    document.title = `${screen.title} · ${this.#shell.place.title}`;
    fill(
      this.#main,
      element("h1", { id: "screen-title", tabindex: -1 }, screen.title),
      ...screen.body,
    );
    this.#bar.show(screen.shortcuts);
    this.answer(screen.waiting);
    this.#field.focus();
  }

  /** Show what a scan, or anything else, has come to. */
  answer(answer: Answer): void {
    this.#panel.show(answer);
  }

  /** Take a code from wherever it came: the field, a scanner, the camera. */
  scanned(code: string): void {
    this.#screen?.scanned(code);
  }

  #header(): HTMLElement {
    const { place } = this.#shell;
    const clock = element("time", { class: "clock" }, clockTime(new Date()));
    setInterval(() => {
      clock.textContent = clockTime(new Date());
    }, CLOCK_MS);
    const where = place.pointTitle && element("span", { class: "where" }, place.pointTitle);
    const code = place.point && element("span", { class: "point-code" }, place.point);
    const who = place.person && element("span", { class: "who" }, place.person);
    return element(
      "header",
      { class: "bar" },
      element("span", { class: "application" }, icon("home"), place.title),
      element("span", { class: "place" }, code, where),
      who,
      clock,
    );
  }
}
