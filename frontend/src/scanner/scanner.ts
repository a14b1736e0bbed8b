/**
 * The scanner of an application: keyboard and camera in, one scan after the other out.
 *
 * `scan.code` says what was scanned; what it means is the screen's or the server's to say.
 */

import { recognise, type ScannedCode } from "../codes/forms.ts";
import { Inbox } from "./inbox.ts";
import type { ReaderSettings } from "./key_reader.ts";
import { KeyboardScanner } from "./keyboard.ts";
import { RepeatGuard, WINDOW_MS } from "./repeats.ts";

export interface Scan {
  /** As the scanner sent it, without its suffix: this goes to the server. */
  readonly text: string;
  readonly code: ScannedCode;
  readonly source: "keyboard" | "camera" | "typed";
}

/** What an application does with scans. */
export interface ScanHandlers {
  /** Answer a scan; the next one waits until it is answered. */
  readonly answer: (scan: Scan) => Promise<void> | void;
  /** Say that this was scanned a moment ago, and do nothing. */
  readonly again: (scan: Scan) => void;
  /** Say that too many scans wait: this one was not taken. */
  readonly full: (scan: Scan) => void;
  /** An answer threw: a fault of ours, to be shown and not swallowed. */
  readonly failed: (error: unknown) => void;
}

export class Scanner {
  readonly #handlers: ScanHandlers;
  readonly #inbox: Inbox<Scan>;
  readonly #keyboard: KeyboardScanner;
  readonly #repeats = new RepeatGuard();
  #inView = { text: "", at: Number.NEGATIVE_INFINITY };

  constructor(handlers: ScanHandlers, settings: Partial<ReaderSettings> = {}) {
    this.#handlers = handlers;
    this.#inbox = new Inbox(handlers.answer, handlers.failed);
    this.#keyboard = new KeyboardScanner((text) => this.take(text, "keyboard"), settings);
  }

  start(): void {
    this.#keyboard.start();
  }

  stop(): void {
    this.#keyboard.stop();
  }

  /** How many scans wait behind the one that is being answered. */
  get waiting(): number {
    return this.#inbox.waiting;
  }

  /** The last scan came to nothing, as without a network: the same code is a new scan. */
  forget(): void {
    this.#repeats.forget();
  }

  /** Take a code from anywhere; what somebody types is meant each time. */
  take(text: string, source: Scan["source"], now = performance.now()): void {
    if (source === "camera" && this.#isStillInView(text, now)) return;
    const scan: Scan = { text, code: recognise(text), source };
    const repeat = source === "typed" ? "new" : this.#repeats.judge(scan.code, now);
    if (repeat === "again") this.#handlers.again(scan);
    if (repeat === "new" && !this.#inbox.push(scan)) this.#handlers.full(scan);
  }

  /** A camera sees a code in each picture, as long as it is held there. */
  #isStillInView(text: string, now: number): boolean {
    const before = this.#inView;
    this.#inView = { text, at: now };
    return before.text === text && now - before.at <= WINDOW_MS;
  }
}
