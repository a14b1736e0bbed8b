/** A device with tabs, a network that loses things, and a server that remembers ids. */

import { CommandQueue, type NewCommand } from "../../src/queue/command_queue.ts";
import type { Entry } from "../../src/queue/entry.ts";
import type { Reply } from "../../src/queue/ledger.ts";
import { type Bell, MemoryStore, type QueueClock, type SenderLock } from "../../src/queue/ports.ts";

/** Return numbers from 0 up to 1, the same for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** Time passes only when everybody sleeps. */
export class VirtualClock implements QueueClock {
  #now = 1_000_000;
  #sleepers: Sleeper[] = [];

  now(): number {
    return this.#now;
  }

  pause(milliseconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const sleeper = { at: this.#now + milliseconds, wake: resolve };
      this.#sleepers.push(sleeper);
      signal.addEventListener("abort", () => {
        this.#sleepers = this.#sleepers.filter((each) => each !== sleeper);
        resolve();
      });
    });
  }

  /** Let time pass until something is true. */
  async until(isTrue: () => boolean, turnsMax = 20_000): Promise<void> {
    for (let turn = 0; turn < turnsMax; turn += 1) {
      for (let quiet = 0; quiet < 4; quiet += 1) await new Promise(setImmediate);
      if (isTrue()) return;
      this.#sleepers.sort((one, other) => one.at - other.at);
      const next = this.#sleepers.shift();
      if (!next) continue;
      this.#now = Math.max(this.#now, next.at);
      next.wake();
    }
    throw new Error("this never came true");
  }
}

/** One holder at a time; who waits gets it when the holder is done, or gone. */
export class TabLock implements SenderLock {
  #last: Promise<void> = Promise.resolve();
  holders = 0;

  async hold(work: () => Promise<void>, signal: AbortSignal): Promise<void> {
    const before = this.#last;
    let release: () => void = () => {};
    this.#last = new Promise((resolve) => {
      release = resolve;
    });
    await before;
    try {
      if (signal.aborted) return;
      this.holders += 1;
      await work();
      this.holders -= 1;
    } finally {
      release();
    }
  }
}

/** The bells of the tabs of one device. */
export class Bells {
  readonly #listeners = new Map<Bell, () => void>();

  tab(): Bell {
    const listeners = this.#listeners;
    const bell: Bell = {
      ring() {
        for (const [other, listener] of listeners) if (other !== bell) listener();
      },
      heard(listener) {
        listeners.set(bell, listener);
      },
      close() {
        listeners.delete(bell);
      },
    };
    return bell;
  }
}

/** The server: it does each id once, and repeats its answer. */
export class Server {
  readonly done: Entry[] = [];
  readonly arrivals = new Map<string, number>();
  readonly #answers = new Map<string, Reply>();
  /** What it answers to a command that it has not seen. */
  decide: (entry: Entry) => Reply = () => ({ kind: "answer", answer: { status: 200, body: {} } });

  take(entry: Entry): Reply {
    this.arrivals.set(entry.id, (this.arrivals.get(entry.id) ?? 0) + 1);
    const known = this.#answers.get(entry.id);
    if (known) return known;
    const reply = this.decide(entry);
    const status = reply.kind === "answer" ? reply.answer.status : 0;
    if (status > 0 && status < 500 && status !== 429) {
      this.#answers.set(entry.id, reply);
      if (status < 400) this.done.push(entry);
    }
    return reply;
  }
}

export class Device {
  readonly clock = new VirtualClock();
  readonly store = new MemoryStore();
  readonly server = new Server();
  readonly #lock = new TabLock();
  readonly #bells = new Bells();
  /** What the network makes of a command; by default it carries it there and the answer back. */
  carry: (entry: Entry) => Promise<Reply> = (entry) => Promise.resolve(this.server.take(entry));

  tab(chance: () => number = () => 0.5): CommandQueue {
    return new CommandQueue({
      store: this.store,
      lock: this.#lock,
      bell: this.#bells.tab(),
      send: (entry) => this.carry(entry),
      clock: this.clock,
      chance,
    });
  }
}

export function shelving(number: string, index: number): NewCommand {
  return {
    id: crypto.randomUUID(),
    path: `/orders/${number}/shelving`,
    body: { index },
    at: new Date(1_700_000_000_000 + index * 1_000).toISOString(),
  };
}
