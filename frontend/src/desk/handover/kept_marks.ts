/** What a clerk has ticked off, kept on the device until the hand-over is over. */

import type { Handover } from "./model.ts";

const KEY = "gotovo-handovers";

type Kept = Readonly<Record<string, Pick<Handover, "marks" | "sent">>>;
type Storing = Pick<Storage, "getItem" | "setItem">;

/** A buyer's name is not among it: only numbers, and what was done with them. */
export class KeptMarks {
  readonly #storage: Storing;

  constructor(storage: Storing) {
    this.#storage = storage;
  }

  /** Return what is kept of a visit. */
  of(visit: string): Pick<Handover, "marks" | "sent"> | undefined {
    return this.#all()[visit];
  }

  /** Keep hand-overs, and forget all that are over; what was sent stays until it is answered. */
  keep(handovers: Iterable<Handover>, answered = ""): void {
    const waiting = Object.entries(this.#all()).filter(
      ([visit, { sent }]) => sent !== null && visit !== answered,
    );
    const open = Array.from(handovers, ({ visit, marks, sent }) => [visit.id, { marks, sent }]);
    const all = Object.fromEntries([...waiting, ...open]);
    try {
      this.#storage.setItem(KEY, JSON.stringify(all));
    } catch {
      // A full or forbidden store costs a few scans after a reload, and nothing else.
    }
  }

  #all(): Kept {
    try {
      return (JSON.parse(this.#storage.getItem(KEY) ?? "{}") ?? {}) as Kept;
    } catch {
      return {};
    }
  }
}
