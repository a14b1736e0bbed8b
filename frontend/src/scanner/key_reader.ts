/**
 * Tells a scanner from a person by how fast the keys come, and reads what it sends.
 *
 * It knows no browser: keys go in with their times, and out comes what to do with each. The first
 * keys of a scan look like typing and go their way; once they are too fast for a person, what they
 * typed is taken back and the rest is held. A suffix (Enter, Tab) ends a scan and presses nothing;
 * without one a pause ends it.
 */

import { recognise } from "../codes/forms.ts";
import { GS } from "../codes/raw_text.ts";
import { padDigit, typedBy } from "./physical_keys.ts";

/** How a scanner is told from a person. */
export interface ReaderSettings {
  /** The longest pause between the first keys: twenty a second and more is no person. */
  readonly gapMs: number;
  /** The longest pause within a scan that was told: Bluetooth stutters. */
  readonly stutterMs: number;
  /** The pause that ends a scan without a suffix. */
  readonly idleMs: number;
  /** How many keys have to come that fast: two or three a person can roll. */
  readonly keysMin: number;
  /** Keys that stand for GS, which no keyboard has. */
  readonly separatorKeys: readonly string[];
  /** What the scanner was set to send before each code. */
  readonly prefixes: readonly string[];
}

export const USUAL: ReaderSettings = {
  gapMs: 50,
  stutterMs: 100,
  idleMs: 120,
  keysMin: 4,
  separatorKeys: ["F8"],
  prefixes: [],
};

/** One key going down or up, as far as it matters; `at` is when it was pressed, not when heard. */
export interface Key {
  readonly type: "down" | "up";
  readonly code: string;
  /** What it types under the layout of the computer. */
  readonly key: string;
  readonly shift: boolean;
  readonly ctrl: boolean;
  readonly alt: boolean;
  readonly meta: boolean;
  readonly repeat: boolean;
  readonly composing: boolean;
  /** Milliseconds of a clock that only runs forward. */
  readonly at: number;
}

/**
 * What to do with a key: `hold` it back, or let it pass.
 *
 * `takeBack`: what the keys before have typed was a scan's, and goes. `scanned` is a code that has
 * ended. `replay`: a separator key was held that belongs to no scan, and is pressed after all.
 */
export interface Verdict {
  readonly hold: boolean;
  readonly takeBack?: boolean;
  readonly scanned?: string;
  readonly replay?: boolean;
}

/** Longer than any code: a cat on the keyboard is none. */
const KEYS_MAX = 600;

/** How long after a scan Enter and Tab still belong to it: some scanners send two, or late. */
const TAIL_MS = 250;

const PASS: Verdict = { hold: false };
const HOLD: Verdict = { hold: true };
const ALT: readonly string[] = ["AltLeft", "AltRight"];
const SUFFIXES: readonly string[] = ["Enter", "NumpadEnter", "Tab"];
const MODIFIERS: readonly string[] = [
  "ShiftLeft",
  "ShiftRight",
  "ControlLeft",
  "ControlRight",
  "CapsLock",
  "NumLock",
];

/** Control characters as scanners send them: Ctrl and a key. */
const WITH_CTRL: Readonly<Record<string, string>> = {
  BracketRight: GS,
  KeyI: "\t",
  KeyJ: "\r",
  KeyM: "\r",
};
const ENDS = "\r\n\t";

export class KeyReader {
  readonly #settings: ReaderSettings;
  /** What the keys type by their places, and under the layout of the computer. */
  #byPlace = "";
  #byLayout = "";
  #lastAt = Number.NEGATIVE_INFINITY;
  #isScan = false;
  #endedAt = Number.NEGATIVE_INFINITY;
  /** Digits of a character that is typed by its number. */
  #pad = "";
  #heldSeparator = false;

  constructor(settings: Partial<ReaderSettings> = {}) {
    this.#settings = { ...USUAL, ...settings };
  }

  /** How long a pause ends what was read; `idle` has to be called after it. */
  get idleMs(): number {
    return this.#settings.idleMs;
  }

  /** Whether a scan is being read, so that nothing else may be typed. */
  get isReading(): boolean {
    return this.#isScan;
  }

  /** Whether something waits for its end. */
  get isWaiting(): boolean {
    return this.#byPlace !== "";
  }

  /** Whether a key at this moment would be the first of what may be a scan. */
  isFirst(at: number): boolean {
    return this.#byPlace === "" || at - this.#lastAt > this.#settings.gapMs;
  }

  /** Take the next key. */
  key(key: Key): Verdict {
    if (key.type === "up") return this.#up(key);
    if (MODIFIERS.includes(key.code)) return PASS;
    if (this.#isScan && key.at - this.#lastAt > this.#settings.stutterMs) {
      // The pause was long enough, and the clock that should have told so was late.
      const { scanned } = this.idle();
      return { ...this.key(key), ...(scanned === undefined ? {} : { scanned }) };
    }
    if (ALT.includes(key.code)) return this.#isScan ? HOLD : PASS;
    if (key.repeat || key.composing || key.meta) return this.#strange();
    if (key.alt) return this.#withAlt(key);
    const character = this.#character(key);
    if (SUFFIXES.includes(key.code) || (character && ENDS.includes(character))) {
      return this.#suffix(key.at);
    }
    if (character === "") return this.#strange();
    return this.#typed(character, key.key.length === 1 ? key.key : character, key);
  }

  /** End what was read, after a pause; what was no scan is forgotten. */
  idle(): Verdict {
    if (!this.#isScan) return this.#forgotten();
    const scanned = this.#code();
    this.#endedAt = this.#lastAt;
    this.#clear();
    return { hold: false, scanned };
  }

  #up(key: Key): Verdict {
    if (ALT.includes(key.code) && this.#pad !== "") {
      const character = String.fromCharCode(Number(this.#pad) % 256);
      this.#pad = "";
      if (ENDS.includes(character)) return this.#suffix(key.at);
      return this.#typed(character, character, key);
    }
    const presses = SUFFIXES.includes(key.code) || key.code === "Space";
    return this.#isScan || (presses && this.#isTail(key.at)) ? HOLD : PASS;
  }

  /** Alt and digits of the pad are a character by its number: some scanners send nothing else. */
  #withAlt(key: Key): Verdict {
    const digit = padDigit(key.code);
    if (digit === "") return this.#strange();
    this.#pad = (this.#pad + digit).slice(-4);
    if (this.isFirst(key.at)) this.#byPlace = this.#byLayout = "";
    else this.#lastAt = key.at;
    return this.#isScan ? HOLD : PASS;
  }

  #suffix(at: number): Verdict {
    if (this.#isScan) {
      const scanned = this.#code();
      this.#clear();
      this.#endedAt = at;
      return { hold: true, scanned };
    }
    return this.#isTail(at) ? HOLD : this.#forgotten();
  }

  #typed(character: string, byLayout: string, key: Key): Verdict {
    const { replay = false } = this.isFirst(key.at) ? this.#forgotten() : PASS;
    if (this.#byPlace.length < KEYS_MAX) {
      this.#byPlace += character;
      this.#byLayout += byLayout;
    }
    this.#lastAt = key.at;
    if (this.#isScan) return HOLD;
    if (this.#byPlace.length >= this.#settings.keysMin) {
      this.#isScan = true;
      this.#heldSeparator = false;
      return { hold: true, takeBack: true };
    }
    const isSeparator = this.#settings.separatorKeys.includes(key.code);
    if (isSeparator) this.#heldSeparator = true;
    return { hold: character === GS, replay };
  }

  #character(key: Key): string {
    if (this.#settings.separatorKeys.includes(key.code)) return GS;
    if (key.ctrl) return WITH_CTRL[key.code] ?? "";
    const isNameless = key.code === "" && key.key.length === 1;
    return typedBy(key.code, key.shift) || (isNameless ? key.key : "");
  }

  /** A key that types nothing: within a scan it is a control character, else a person's. */
  #strange(): Verdict {
    return this.#isScan ? HOLD : this.#forgotten();
  }

  #forgotten(): Verdict {
    const replay = this.#heldSeparator;
    this.#clear();
    return replay ? { hold: false, replay } : PASS;
  }

  #isTail(at: number): boolean {
    return at - this.#endedAt <= TAIL_MS;
  }

  /**
   * Return the code by the places of the keys, which no layout changes; by what the layout made of
   * them only where that is a code and the places are none, as with a scanner set to that layout.
   */
  #code(): string {
    const place = this.#withoutPrefix(this.#byPlace);
    const layout = this.#withoutPrefix(this.#byLayout);
    const isLayouts = recognise(place).kind === "unknown" && recognise(layout).kind !== "unknown";
    return isLayouts ? layout : place;
  }

  #withoutPrefix(text: string): string {
    const prefix = this.#settings.prefixes.find((each) => each !== "" && text.startsWith(each));
    return prefix === undefined ? text : text.slice(prefix.length);
  }

  #clear(): void {
    this.#byPlace = "";
    this.#byLayout = "";
    this.#isScan = false;
    this.#heldSeparator = false;
    this.#lastAt = Number.NEGATIVE_INFINITY;
  }
}
