/**
 * Double triggers: the same code twice within a moment is one scan.
 *
 * A trigger that bounces or is held sends a code again and again. It is answered once more, so that
 * nobody waits for an answer, and then no more; it never does anything twice. Two units of one
 * product have the same code unless it has a serial number, so those are two scans.
 */

import type { CodeKind, ScannedCode } from "../codes/forms.ts";

/** `new`: do it. `again`: say that it was scanned already. `silent`: that was said. */
export type Repeat = "new" | "again" | "silent";

/** How long the same code is the same scan; each repetition begins it anew. */
export const WINDOW_MS = 1_500;

/** Codes in the window: nobody scans more in it. */
const REMEMBERED_MAX = 64;

/** Codes of one thing: the next parcel has another. */
const OF_ONE_UNIT: ReadonlySet<CodeKind> = new Set([
  "order",
  "parcel",
  "pickup_qr",
  "box",
  "manifest",
]);

interface Seen {
  readonly at: number;
  readonly wasTold: boolean;
}

export class RepeatGuard {
  readonly #windowMs: number;
  readonly #seen = new Map<string, Seen>();
  #last = "";

  constructor(windowMs = WINDOW_MS) {
    this.#windowMs = windowMs;
  }

  /** Judge a scan at an instant, in milliseconds of a clock that only runs forward. */
  judge(code: ScannedCode, at: number): Repeat {
    const name = `${code.kind} ${code.value} ${code.serial}`;
    const wasLast = this.#last === name;
    this.#last = name;
    if (!this.#isOfOneUnit(code, wasLast)) return "new";
    const before = this.#seen.get(name);
    const isRepeat = before !== undefined && at - before.at <= this.#windowMs;
    this.#seen.delete(name);
    this.#seen.set(name, { at, wasTold: isRepeat });
    this.#trim();
    if (!isRepeat) return "new";
    return before.wasTold ? "silent" : "again";
  }

  /** Forget what was scanned: it came to nothing, so the next scan of it is meant. */
  forget(): void {
    this.#seen.clear();
    this.#last = "";
  }

  /** A cell is scanned for one parcel after the other: only twice in a row it is a repetition. */
  #isOfOneUnit(code: ScannedCode, wasLast: boolean): boolean {
    if (OF_ONE_UNIT.has(code.kind)) return true;
    if (code.kind === "product") return code.serial !== "";
    if (code.kind !== "cell") return false;
    if (!wasLast) this.#seen.delete(`cell ${code.value} ${code.serial}`);
    return true;
  }

  #trim(): void {
    for (const name of this.#seen.keys()) {
      if (this.#seen.size <= REMEMBERED_MAX) return;
      this.#seen.delete(name);
    }
  }
}
