/** A scanner and a person at one keyboard, as the page hears them. */

import type { Key, KeyReader, Verdict } from "../../src/scanner/key_reader.ts";
import { typedBy } from "../../src/scanner/physical_keys.ts";

export type Layout = "english" | "russian" | "russian with Caps Lock";

const ENGLISH = "qwertyuiop[]asdfghjkl;'zxcvbnm,./`QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>?~@#$^&|";
const RUSSIAN = 'йцукенгшщзхъфывапролджэячсмитьбю.ёЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ,Ё"№;:?/';

const CODES: readonly string[] = [
  ..."ABCDEFGHIJKLMNOPQRSTUVWXYZ".split("").map((letter) => `Key${letter}`),
  ..."0123456789".split("").map((digit) => `Digit${digit}`),
  ..."Backquote Minus Equal BracketLeft BracketRight Backslash Semicolon Quote".split(" "),
  ..."Comma Period Slash Space".split(" "),
];

/** The key and whether Shift is held, by the character of an English keyboard. */
const KEYS = new Map<string, { readonly code: string; readonly shift: boolean }>();
for (const shift of [true, false]) {
  for (const code of CODES) KEYS.set(typedBy(code, shift), { code, shift });
}

export const NO_KEY: Omit<Key, "at"> = {
  type: "down",
  code: "",
  key: "",
  shift: false,
  ctrl: false,
  alt: false,
  meta: false,
  repeat: false,
  composing: false,
};

/** What became of some keys: the codes, what reached the page, and whether it was taken back. */
export interface Heard {
  readonly scanned: string[];
  /** What was typed into the page, a scan's first letters as well until they are taken back. */
  typed: string;
  readonly passed: string[];
  replays: number;
}

export class Keyboard {
  now = 1_000;
  readonly heard: Heard = { scanned: [], typed: "", passed: [], replays: 0 };
  readonly #reader: KeyReader;
  readonly #layout: Layout;
  #mark = 0;

  constructor(reader: KeyReader, layout: Layout = "english") {
    this.#reader = reader;
    this.#layout = layout;
  }

  /** Send a code as a scanner does, key by key, then its suffix. */
  scan(code: string, suffix: readonly string[] = ["Enter"], gap = 5): void {
    for (const character of code) this.character(character, gap);
    for (const key of suffix) this.press({ code: key, key: key }, gap);
  }

  /** Type one character of an English keyboard. */
  character(character: string, gap: number): void {
    if (character === "\u001d") {
      this.press({ code: "BracketRight", key: "]", ctrl: true }, gap);
      return;
    }
    const found = KEYS.get(character);
    if (!found) throw new Error(`no key types ${character}`);
    if (found.shift) this.#send({ ...NO_KEY, code: "ShiftLeft", key: "Shift", at: this.now });
    this.press({ ...found, key: this.#typedUnderLayout(character) }, gap);
    if (found.shift) {
      this.#send({ ...NO_KEY, type: "up", code: "ShiftLeft", key: "Shift", at: this.now });
    }
  }

  /** Press and release a key, a pause after the one before. */
  press(key: Partial<Key>, gap: number): void {
    this.now += gap;
    this.#send({ ...NO_KEY, ...key, at: this.now });
    this.#send({ ...NO_KEY, ...key, type: "up", at: this.now + 1 });
  }

  /** Let a pause pass, as the timer of the page tells of it. */
  pause(): void {
    this.now += this.#reader.idleMs;
    this.#did(this.#reader.idle());
  }

  #send(key: Key): void {
    if (key.type === "down" && !this.#reader.isReading && this.#reader.isFirst(key.at)) {
      this.#mark = this.heard.typed.length;
    }
    const verdict = this.#reader.key(key);
    this.#did(verdict);
    if (verdict.hold || key.type === "up") return;
    this.heard.passed.push(key.code);
    if (key.key.length === 1 && !key.ctrl && !key.alt) this.heard.typed += key.key;
  }

  #did({ takeBack, scanned, replay }: Verdict): void {
    if (replay) this.heard.replays += 1;
    if (takeBack) this.heard.typed = this.heard.typed.slice(0, this.#mark);
    if (scanned !== undefined) this.heard.scanned.push(scanned);
  }

  #typedUnderLayout(character: string): string {
    if (this.#layout === "english") return character;
    const index = ENGLISH.indexOf(character);
    const typed = index < 0 ? character : RUSSIAN.charAt(index);
    if (this.#layout === "russian") return typed;
    return typed === typed.toLowerCase() ? typed.toUpperCase() : typed.toLowerCase();
  }
}
