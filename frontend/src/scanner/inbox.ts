/**
 * Scans wait for the one before: each is answered in turn, and none is lost.
 *
 * A clerk scans faster than a network answers. What the next scan means can depend on the answer
 * before it (a parcel, then its cell), so they are never answered side by side.
 */

/** More than anybody scans while one answer is on its way; beyond that the clerk has to stop. */
export const WAITING_MAX = 200;

export class Inbox<T> {
  readonly #answer: (item: T) => Promise<void> | void;
  readonly #failed: (error: unknown) => void;
  readonly #waiting: T[] = [];
  #isBusy = false;

  /** `failed` gets what an answer threw; the next one comes all the same. */
  constructor(answer: (item: T) => Promise<void> | void, failed: (error: unknown) => void) {
    this.#answer = answer;
    this.#failed = failed;
  }

  /** How many wait behind the one that is being answered. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Take an item; false when too many wait, so that whoever scans can be told. */
  push(item: T): boolean {
    if (this.#waiting.length >= WAITING_MAX) return false;
    this.#waiting.push(item);
    if (!this.#isBusy) void this.#run();
    return true;
  }

  async #run(): Promise<void> {
    this.#isBusy = true;
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      try {
        await this.#answer(next);
      } catch (error) {
        this.#failed(error);
      }
    }
    this.#isBusy = false;
  }
}
