/**
 * Shortcuts: every action of a screen has a key, and the bar at the foot shows which.
 *
 * Keys are physical ones (`KeyboardEvent.code`), so that a Russian layout changes nothing.
 */

import { element, fill } from "./elements.ts";

export interface Shortcut {
  /** The `code` of the key: "F2", "Escape", "KeyS". */
  readonly code: string;
  readonly label: string;
  readonly run: () => void;
}

/** A printed code that presses a key, for hands that hold a scanner. */
const KEY_CODE = /^GOTOVO-(F[0-9]{1,2}|ESC)$/;

type Pressed = Pick<
  KeyboardEvent,
  "code" | "altKey" | "ctrlKey" | "metaKey" | "shiftKey" | "repeat"
>;

/** Return a key as its cap is labelled. */
export function capOf(code: string): string {
  if (code === "Escape") return "Esc";
  return code.replace(/^(Key|Digit)/, "");
}

/** Return the shortcut that was pressed; a key that is held down runs it once. */
export function pressed(shortcuts: readonly Shortcut[], key: Pressed): Shortcut | undefined {
  if (key.altKey || key.ctrlKey || key.metaKey || key.shiftKey || key.repeat) return undefined;
  return shortcuts.find((each) => each.code === key.code);
}

/** The bar of a page: the shortcuts of its frame, and those of the screen that is open. */
export class ShortcutBar {
  readonly root: HTMLElement;
  readonly #always: readonly Shortcut[];
  #shown: readonly Shortcut[] = [];

  constructor(label: string, always: readonly Shortcut[]) {
    this.root = element("nav", { class: "shortcuts", "aria-label": label });
    this.#always = always;
    this.show([]);
    document.addEventListener("keydown", (event) => this.#press(event));
  }

  /**
   * Take the shortcuts of a screen. One of the frame with the same key loses the key and stays a
   * button; of the way back there is one alone.
   */
  show(own: readonly Shortcut[]): void {
    const taken = new Set(own.map((each) => each.code));
    const free = this.#always.filter((each) => !taken.has(each.code));
    const keyless = this.#always.filter((each) => taken.has(each.code) && each.code !== "Escape");
    this.#shown = [...own, ...free];
    fill(this.root, ...this.#shown.map((each) => button(each)), ...keyless.map(withoutKey));
  }

  /** Run the shortcut whose key a code stands for, as "GOTOVO-F2"; false for any other text. */
  runCode(text: string): boolean {
    const cap = KEY_CODE.exec(text.trim().toUpperCase())?.[1];
    const found = this.#shown.find((each) => capOf(each.code).toUpperCase() === cap);
    if (found === undefined || document.querySelector("dialog[open]") !== null) return false;
    found.run();
    return true;
  }

  #press(event: KeyboardEvent): void {
    if (document.querySelector("dialog[open]") !== null) return;
    const found = pressed(this.#shown, event);
    if (found === undefined) return;
    event.preventDefault();
    found.run();
  }
}

function withoutKey(shortcut: Shortcut): HTMLElement {
  return button(shortcut, false);
}

function button(shortcut: Shortcut, hasKey = true): HTMLElement {
  const made = element(
    "button",
    { type: "button", class: "shortcut" },
    hasKey && element("kbd", {}, capOf(shortcut.code)),
    element("span", {}, shortcut.label),
  );
  made.addEventListener("click", () => shortcut.run());
  return made;
}
