/**
 * The server's clock as this device can know it: its own, set right by the `Date` of answers.
 *
 * A command tells when it happened, and a tablet's clock can be hours off. An answer's `Date` lies
 * between sending and receiving, to the second; of all answers the quickest tells most.
 */

/** Less than a header can tell is no difference. */
const NOTICEABLE_MS = 2_000;
const HALF_SECOND_MS = 500;

/** A quick answer of long ago may tell of a clock that has been set since. */
const GOOD_FOR_MS = 10 * 60_000;

export class ServerClock {
  readonly #now: () => number;
  #offset = 0;
  #roundTrip = Number.POSITIVE_INFINITY;
  #measuredAt = Number.NEGATIVE_INFINITY;

  /** `now` is the device's clock in milliseconds since 1970. */
  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** How far the server is ahead of this device, in milliseconds. */
  get offsetMs(): number {
    return this.#offset;
  }

  /** Return the time by the server's clock. */
  now(): Date {
    return new Date(this.#now() + this.#offset);
  }

  /** Learn from an answer: when the request was sent and answered here, and the answer's `Date`. */
  learn(sentAt: number, receivedAt: number, date: string | null): void {
    const told = date === null ? Number.NaN : Date.parse(date);
    const roundTrip = receivedAt - sentAt;
    if (Number.isNaN(told) || roundTrip < 0) return;
    const isOld = receivedAt - this.#measuredAt > GOOD_FOR_MS || receivedAt < this.#measuredAt;
    if (roundTrip > this.#roundTrip && !isOld) return;
    const offset = told + HALF_SECOND_MS - (sentAt + receivedAt) / 2;
    this.#offset = Math.abs(offset) < NOTICEABLE_MS ? 0 : Math.round(offset);
    this.#roundTrip = roundTrip;
    this.#measuredAt = receivedAt;
  }

  /** Return `fetch` that learns from every answer. */
  watching(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
    return async (input, init) => {
      const sentAt = this.#now();
      const response = await fetch(input, init);
      this.learn(sentAt, this.#now(), response.headers.get("date"));
      return response;
    };
  }
}
