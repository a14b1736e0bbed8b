/** The answer to a scan: what it is, and what to do next. */

import type { Sound } from "./sounds.ts";

/**
 * How it went. `waiting`: nothing was scanned yet. `busy`: the answer is on its way. `ok`: go on.
 * `attention`: something to look at first. `error`: it did not work, and `next` says what to do.
 */
export type Tone = "waiting" | "busy" | "ok" | "attention" | "error";

export interface Fact {
  readonly name: string;
  readonly value: string;
}

export interface Answer {
  readonly tone: Tone;
  /** What it is, in a few words. */
  readonly title: string;
  /** Whose it is or why, in one sentence. */
  readonly detail?: string;
  /** What to do next, always there: an answer without it leaves a clerk standing. */
  readonly next: string;
  /** What is spoken instead of the cells alone. */
  readonly say?: string;
  /** Every place where something has to be fetched or put. */
  readonly cells?: readonly string[];
  readonly facts?: readonly Fact[];
}

/** Return the sound of an answer; there is none while nothing is decided. */
export function soundOf(tone: Tone): Sound | undefined {
  return tone === "waiting" || tone === "busy" ? undefined : tone;
}
