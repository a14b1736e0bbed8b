/** What a scan means while something is accepted or shelved, by the form of its code alone. */

import type { CodeKind, ScannedCode } from "../../codes/forms.ts";
import { WINDOW_MS } from "../../scanner/repeats.ts";

/** `accept`: a parcel is taken in, a cell shelves it. `shelve`: parcels are chosen alone. */
export type Mode = "accept" | "shelve";

/**
 * What to do. `item` is taken in, `parcel` is chosen for a cell, `cell` shelves what was chosen.
 * `box` is what the next unreadable items come from, `manifest` another van. `secret`: a buyer's
 * code, which is nobody's parcel and is not to be stored.
 */
export type Reading = "item" | "parcel" | "cell" | "box" | "manifest" | "secret" | "no_parcel";

const OF_ANY_MODE: Partial<Record<CodeKind, Reading>> = {
  cell: "cell",
  box: "box",
  manifest: "manifest",
  pickup_qr: "secret",
  pickup_code: "secret",
};

/** Return what a code means in a mode. */
export function readingOf({ kind }: Pick<ScannedCode, "kind">, mode: Mode): Reading {
  const always = OF_ANY_MODE[kind];
  if (always !== undefined) return always;
  if (mode === "accept") return "item";
  return kind === "parcel" || kind === "order" ? "parcel" : "no_parcel";
}

/**
 * Tells double triggers of codes that are of no single unit.
 *
 * The scanner lets a product's code through twice, because two units of one product have the same.
 * An item that is put aside would be reported twice by that.
 */
export class DoubleTriggers {
  #last = { text: "", at: Number.NEGATIVE_INFINITY };

  /** Whether the same was scanned a moment ago; what is typed is meant each time. */
  isOne(text: string, source: string, at: number): boolean {
    const before = this.#last;
    this.#last = { text, at };
    return source !== "typed" && before.text === text && at - before.at <= WINDOW_MS;
  }

  forget(): void {
    this.#last = { text: "", at: Number.NEGATIVE_INFINITY };
  }

  /** A second trigger has waited for this answer, so its moment begins here. */
  answered(at: number): void {
    this.#last = { ...this.#last, at };
  }
}
