/** What the queue needs of a browser; tests give their own, memory serves where there is none. */

import type { Entry } from "./entry.ts";
import type { Reply } from "./ledger.ts";

/** Where entries are stored. What `put` has returned from is there after a power cut. */
export interface EntryStore {
  /** Return all entries in order of `place`. */
  all(): Promise<readonly Entry[]>;
  /** Change entries in one transaction: what `change` returns replaces those with the same id. */
  update(change: (entries: readonly Entry[]) => Changes): Promise<readonly Entry[]>;
}

/** What a change of the store writes and deletes. */
export interface Changes {
  readonly put?: readonly Entry[];
  readonly remove?: readonly string[];
}

/** Lets one tab of the device send; the others wait until it goes. */
export interface SenderLock {
  /** Run `work` once this tab is the one that sends; its end, or `signal`, lets the next one in. */
  hold(work: () => Promise<void>, signal: AbortSignal): Promise<void>;
}

/** Tells the other tabs that entries have changed. */
export interface Bell {
  ring(): void;
  heard(listener: () => void): void;
  close(): void;
}

/** Sends one command; it never throws. */
export type Sending = (entry: Entry) => Promise<Reply>;

/** A clock in milliseconds, and pauses by it; `pause` ends early when its signal is aborted. */
export interface QueueClock {
  now(): number;
  pause(milliseconds: number, signal: AbortSignal): Promise<void>;
}

/** Entries in memory: for tests, and where a browser stores nothing. */
export class MemoryStore implements EntryStore {
  #entries: readonly Entry[] = [];

  all(): Promise<readonly Entry[]> {
    return Promise.resolve(this.#entries);
  }

  update(change: (entries: readonly Entry[]) => Changes): Promise<readonly Entry[]> {
    this.#entries = withChanges(this.#entries, change(this.#entries));
    return Promise.resolve(this.#entries);
  }
}

/** Return entries after changes, in order of `place`. */
export function withChanges(
  entries: readonly Entry[],
  { put = [], remove = [] }: Changes,
): readonly Entry[] {
  const gone = new Set([...remove, ...put.map((each) => each.id)]);
  return [...entries.filter((each) => !gone.has(each.id)), ...put].sort(
    (one, other) => one.place - other.place,
  );
}
