/**
 * The frame of every application of staff: who works where, the field for codes, the answer, the
 * screen that is open, and the shortcuts of it.
 */

import { CameraDialog } from "../scanner/camera_dialog.ts";
import { deviceSettings } from "../scanner/device_settings.ts";
import { type Scan, type ScanHandlers, Scanner } from "../scanner/scanner.ts";
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
  /**
   * Every code that is scanned or typed while the screen is open, as it is written everywhere. The
   * next scan waits for a promise: screens return one where the order of scans matters.
   */
  readonly scanned: (code: string, scan: Scan) => Promise<void> | void;
  /** What stands before the first scan. */
  readonly waiting: Answer;
}

/** What not every application has. */
export interface FrameExtras {
  /** Prints a sample sticker. */
  readonly tryPrinter?: () => void;
  /** Lets the person choose another place to work at. */
  readonly changePlace?: () => void;
}

const CLOCK_MS = 10_000;

export class Frame {
  readonly #shell: Shell;
  readonly #extras: FrameExtras;
  readonly #panel: AnswerPanel;
  readonly #field: ScanField;
  readonly #bar: ShortcutBar;
  readonly #scanner: Scanner;
  readonly #main = element("section", { class: "screen", "aria-labelledby": "screen-title" });
  readonly #flag = element("button", { type: "button", class: "bar-flag", hidden: true });
  #flagged = (): void => {};
  #screen: Screen | undefined;

  /** `home` opens the first screen. */
  constructor(shell: Shell, home: () => void, extras: FrameExtras = {}) {
    this.#shell = shell;
    this.#extras = extras;
    this.#panel = new AnswerPanel(shell.preferences);
    const handlers: ScanHandlers = {
      answer: (scan) => this.#scanned(scan),
      again: () => this.#panel.note(_("Scanned already: once is enough.")),
      full: () => this.answer(tooMany()),
      failed: (error) => this.#failed(error),
    };
    this.#scanner = new Scanner(handlers, deviceSettings(localStorage));
    this.#field = new ScanField((code) => this.#scanner.take(code, "typed"));
    const camera = new CameraDialog((code) => this.#scanner.take(code, "camera"));
    const settings = new SettingsDialog(shell.preferences, extras.tryPrinter);
    this.#bar = new ShortcutBar(_("Shortcuts"), [
      { code: "F1", label: _("Type a number"), run: () => this.#field.type() },
      { code: "F7", label: _("Camera"), run: () => camera.open() },
      { code: "F9", label: _("Settings"), run: () => settings.open() },
      { code: "Escape", label: _("Home"), run: home },
    ]);
    fill(
      shell.root,
      this.#header(),
      element("main", { class: "desk" }, this.#field.root, this.#panel.root, this.#main),
      this.#bar.root,
      settings.root,
      camera.root,
    );
    this.#flag.addEventListener("click", () => this.#flagged());
    this.#scanner.start();
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
    if (answer.tone === "error") this.#scanner.forget();
  }

  /** Show in the bar that something waits, and where it leads; no text takes it away. */
  flag(text: string | undefined, run: () => void): void {
    this.#flagged = run;
    this.#flag.hidden = text === undefined;
    if (this.#flag.textContent !== (text ?? "")) this.#flag.textContent = text ?? "";
  }

  #scanned(scan: Scan): Promise<void> | void {
    const { kind, value } = scan.code;
    if (kind === "unknown" && this.#bar.runCode(scan.text)) return;
    return this.#screen?.scanned(kind === "unknown" ? scan.text : value, scan);
  }

  /** A fault of ours: the clerk hears of it, and so does whoever reads the console. */
  #failed(error: unknown): void {
    this.answer({
      tone: "error",
      title: _("This scan was not answered"),
      detail: _("Something in this page is broken."),
      next: _("Scan it again. If it stays so, load the page anew (F5)."),
    });
    reportError(error);
  }

  #header(): HTMLElement {
    const { place } = this.#shell;
    const clock = element("time", { class: "clock" }, clockTime(new Date()));
    setInterval(() => {
      clock.textContent = clockTime(new Date());
    }, CLOCK_MS);
    const where = place.pointTitle && element("span", { class: "where" }, place.pointTitle);
    const code = place.point && this.#pointCode(place.point);
    const who = place.person && element("span", { class: "who" }, place.person);
    return element(
      "header",
      { class: "bar" },
      element("span", { class: "application" }, icon("home"), place.title),
      element("span", { class: "place" }, code, where),
      this.#flag,
      who,
      clock,
    );
  }

  #pointCode(point: string): HTMLElement {
    const { changePlace } = this.#extras;
    if (changePlace === undefined) return element("span", { class: "point-code" }, point);
    const label = _("Point {point}: choose another one", { point });
    const made = element(
      "button",
      { type: "button", class: "point-code", "aria-label": label },
      point,
    );
    made.addEventListener("click", changePlace);
    return made;
  }
}

function tooMany(): Answer {
  return {
    tone: "error",
    title: _("Too many scans are waiting"),
    detail: _("The last code was not taken."),
    next: _("Wait for the answer, then scan the last one again."),
  };
}
