/**
 * The keyboard of the page, heard before anything on it: scans are taken out, typing goes its way.
 *
 * Wherever the focus is, in a field, on a button, in a dialog, a scan ends in `scanned` and leaves
 * nothing behind: no letters in the field, no button pressed by its Enter.
 */

import { recognise } from "../codes/forms.ts";
import { type Key, KeyReader, type ReaderSettings, type Verdict } from "./key_reader.ts";

/** A timer that is this late has waited for the page, and keys may be waiting behind it. */
const LATE_MS = 30;

/** A word of this length comes at once only from a scanner that types as an input method does. */
const AT_ONCE_MIN = 8;

/** What was in a field before a scan began to type into it. */
interface FieldState {
  readonly field: HTMLInputElement | HTMLTextAreaElement;
  readonly value: string;
  readonly start: number | null;
  readonly end: number | null;
}

export class KeyboardScanner {
  readonly #reader: KeyReader;
  readonly #scanned: (text: string) => void;
  #listening: AbortController | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #before: FieldState | undefined;
  #heldSeparator: KeyboardEvent | undefined;
  #replayed = new WeakSet<Event>();

  /** `scanned` gets what the scanner sent, without its suffix. */
  constructor(scanned: (text: string) => void, settings: Partial<ReaderSettings> = {}) {
    this.#reader = new KeyReader(settings);
    this.#scanned = scanned;
  }

  /** Listen to the page until `stop`. */
  start(): void {
    if (this.#listening) return;
    this.#listening = new AbortController();
    const first = { capture: true, signal: this.#listening.signal };
    window.addEventListener("keydown", (event) => this.#heard("down", event), first);
    window.addEventListener("keyup", (event) => this.#heard("up", event), first);
    window.addEventListener("beforeinput", (event) => this.#inserts(event), first);
  }

  stop(): void {
    this.#listening?.abort();
    this.#listening = undefined;
    clearTimeout(this.#timer);
    this.#did(this.#reader.idle());
  }

  #heard(type: Key["type"], event: KeyboardEvent): void {
    if (this.#replayed.has(event) || isSecret(document.activeElement)) return;
    if (type === "down" && !this.#reader.isReading && this.#reader.isFirst(event.timeStamp)) {
      this.#before = stateOf(document.activeElement);
    }
    const verdict = this.#reader.key(keyOf(type, event));
    if (verdict.replay) this.#replay();
    if (verdict.hold) {
      event.preventDefault();
      event.stopImmediatePropagation();
      if (type === "down" && !this.#reader.isReading) this.#heldSeparator = event;
    }
    this.#did(verdict);
    this.#wait();
  }

  #did({ takeBack, scanned }: Verdict): void {
    if (takeBack) restore(this.#before);
    if (scanned !== undefined) this.#scanned(scanned);
  }

  /** End the scan after a pause; keys that the page has not got round to are heard before. */
  #wait(isLate = false): void {
    clearTimeout(this.#timer);
    if (!this.#reader.isWaiting) return;
    const pause = isLate ? LATE_MS : this.#reader.idleMs;
    const due = performance.now() + pause;
    this.#timer = setTimeout(() => {
      if (!isLate && performance.now() - due > LATE_MS) {
        this.#wait(true);
        return;
      }
      const verdict = this.#reader.idle();
      if (verdict.replay) this.#replay();
      this.#did(verdict);
    }, pause);
  }

  /** Press a key that was held for a scan that did not come. */
  #replay(): void {
    const held = this.#heldSeparator;
    this.#heldSeparator = undefined;
    if (!held) return;
    const again = new KeyboardEvent("keydown", held);
    this.#replayed.add(again);
    (held.target ?? document.body).dispatchEvent(again);
  }

  /** Take what comes without keys: characters by number, and codes that are typed at once. */
  #inserts(event: InputEvent): void {
    if (!event.inputType.startsWith("insert") || isSecret(event.target)) return;
    const text = event.data ?? "";
    if (this.#reader.isReading) {
      event.preventDefault();
    } else if (isTypedAtOnce(event.inputType, text)) {
      event.preventDefault();
      this.#scanned(text);
    }
  }
}

/** Tell whether a wedge has typed a code, as those of handheld terminals do. */
function isTypedAtOnce(inputType: string, text: string): boolean {
  const isTyped = inputType === "insertText" || inputType === "insertCompositionText";
  return isTyped && text.length >= AT_ONCE_MIN && recognise(text).kind !== "unknown";
}

function keyOf(type: Key["type"], event: KeyboardEvent): Key {
  return {
    type,
    code: event.code,
    key: event.key,
    shift: event.shiftKey,
    ctrl: event.ctrlKey,
    alt: event.altKey,
    meta: event.metaKey,
    repeat: event.repeat,
    composing: event.isComposing,
    at: event.timeStamp,
  };
}

/** Tell whether what is typed here is nobody else's business: passwords, one-time codes. */
function isSecret(element: EventTarget | null): boolean {
  if (!(element instanceof HTMLInputElement)) return false;
  return element.type === "password" || element.autocomplete === "one-time-code";
}

function stateOf(element: Element | null): FieldState | undefined {
  if (!(element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement)) {
    return undefined;
  }
  const { value, selectionStart: start, selectionEnd: end } = element;
  return { field: element, value, start, end };
}

function restore(before: FieldState | undefined): void {
  if (!before || before.field.value === before.value) return;
  before.field.value = before.value;
  if (before.start !== null) before.field.setSelectionRange(before.start, before.end);
  before.field.dispatchEvent(new InputEvent("input", { bubbles: true }));
}
