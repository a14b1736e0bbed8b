/**
 * The queue of commands: each is stored before it is sent, and sent until it is answered.
 *
 * Whatever happens to page, network or power, a command that `submit` has taken is sent; its id,
 * made on this device, makes sending it twice harmless. Of several tabs one sends. Commands about
 * one subject keep their order; a subject that is stuck holds up no other.
 */

import { type Entry, isSettled, subjectOf } from "./entry.ts";
import {
  appended,
  type Entries,
  forgettable,
  nextDueAt,
  type Reply,
  ready,
  reopened,
  retried,
  sent,
  settled,
} from "./ledger.ts";
import type { Bell, Changes, EntryStore, QueueClock, SenderLock, Sending } from "./ports.ts";

/** Commands on their way at once, each of another subject. */
const AT_ONCE = 4;

/** The longest sleep of the sender: a device that slept itself may have missed its alarm. */
const SLEEP_MS = 5_000;

/** What the queue stands on. `chance` returns a number from 0 up to 1. */
export interface QueueParts {
  readonly store: EntryStore;
  readonly lock: SenderLock;
  readonly bell: Bell;
  readonly send: Sending;
  readonly clock: QueueClock;
  readonly chance: () => number;
}

/** A command as a screen gives it; the id is made by `crypto.randomUUID` on this device. */
export interface NewCommand {
  readonly id: string;
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly at: string;
}

/** `full`: too many wait already, and this one was not taken. */
export type Taken = { readonly kind: "taken"; readonly entry: Entry } | { readonly kind: "full" };

export class CommandQueue {
  readonly #parts: QueueParts;
  readonly #followers = new Set<(entries: Entries) => void>();
  #entries: Entries = [];
  #isSignedOut = false;
  #closing = new AbortController();
  #wake = new AbortController();
  #sender: Promise<void> | undefined;

  constructor(parts: QueueParts) {
    this.#parts = parts;
    parts.bell.heard(() => void this.#look());
  }

  /** Read what is stored and begin to send; of several tabs, the first that asks. */
  async start(): Promise<void> {
    if (this.#sender) return;
    await this.#look();
    this.#sender = this.#parts.lock.hold(() => this.#sendAll(), this.#closing.signal);
  }

  /** Stop sending; what is on its way comes to its end and the rest stays stored. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#wake.abort();
    await this.#sender;
    this.#parts.bell.close();
  }

  /** Store a command; once this has returned it is not lost. */
  async take(command: NewCommand): Promise<Taken> {
    let result: ReturnType<typeof appended> = "full";
    const subject = subjectOf(command.path, command.body);
    await this.#change((entries) => {
      result = appended(entries, { ...command, subject });
      return result === "full" ? {} : { put: [result.entry] };
    });
    const taken = result as ReturnType<typeof appended>;
    return taken === "full" ? { kind: "full" } : { kind: "taken", entry: taken.entry };
  }

  /** Return an entry once it is answered, or as it is when the time is over. */
  answered(id: string, milliseconds: number): Promise<Entry | undefined> {
    const find = (): Entry | undefined => this.#entries.find((each) => each.id === id);
    return new Promise((resolve) => {
      const timer = new AbortController();
      const look = (): void => {
        const entry = find();
        if (!entry || isSettled(entry)) end();
      };
      const end = (): void => {
        this.#followers.delete(look);
        timer.abort();
        resolve(find());
      };
      this.#followers.add(look);
      void this.#parts.clock.pause(milliseconds, timer.signal).then(end);
      look();
    });
  }

  /** Call `follower` with all entries, now and after each change. */
  follow(follower: (entries: Entries) => void): () => void {
    this.#followers.add(follower);
    follower(this.#entries);
    return () => this.#followers.delete(follower);
  }

  /** Whether nothing is sent because nobody is signed in. */
  get isSignedOut(): boolean {
    return this.#isSignedOut;
  }

  /** Send again at once: somebody has signed in, or the network is back. */
  async resume(): Promise<void> {
    this.#isSignedOut = false;
    const now = this.#parts.clock.now();
    await this.#change((entries) => ({
      put: entries
        .filter((each) => each.state === "pending" && each.dueAt > now)
        .map((each) => ({ ...each, dueAt: now })),
    }));
  }

  /** Send a failed command again. */
  async retry(id: string): Promise<void> {
    const now = this.#parts.clock.now();
    await this.#change((entries) => ({
      put: entries.filter((each) => each.id === id).map((each) => retried(each, now)),
    }));
  }

  /** Put an answered command out of sight; one that has no answer stays. */
  async dismiss(id: string): Promise<void> {
    await this.#change((entries) => ({
      remove: entries.filter((each) => each.id === id && isSettled(each)).map((each) => each.id),
    }));
  }

  /** Send what is due, as long as this tab is the one that sends. */
  async #sendAll(): Promise<void> {
    const { clock, store } = this.#parts;
    this.#show(await store.update((entries) => ({ put: reopened(entries) })));
    const underWay = new Set<Promise<void>>();
    while (!this.#closing.signal.aborted) {
      this.#wake = new AbortController();
      for (const entry of this.#isSignedOut ? [] : ready(this.#entries, clock.now(), AT_ONCE)) {
        await this.#mark(entry.id);
        const sending = this.#send(entry).finally(() => underWay.delete(sending));
        underWay.add(sending);
      }
      const due = this.#isSignedOut ? undefined : nextDueAt(this.#entries);
      const pause = Math.max(0, Math.min((due ?? Number.MAX_SAFE_INTEGER) - clock.now(), SLEEP_MS));
      await clock.pause(pause, this.#wake.signal);
    }
    await Promise.all(underWay);
  }

  /** Say that an entry is on its way before it is: whoever opens the page next sends it again. */
  async #mark(id: string): Promise<void> {
    await this.#change((entries) => ({
      put: entries.filter((each) => each.id === id && each.state === "pending").map(sent),
    }));
  }

  async #send(entry: Entry): Promise<void> {
    const { send, clock, chance } = this.#parts;
    const reply = await send(entry).catch((): Reply => ({ kind: "none" }));
    if (reply.kind === "signed_out") this.#isSignedOut = true;
    await this.#change((entries) => ({
      put: entries
        .filter((each) => each.id === entry.id && !isSettled(each))
        .map((each) => settled(each, reply, clock.now(), chance())),
      remove: forgettable(entries).map((each) => each.id),
    }));
  }

  async #change(change: (entries: Entries) => Changes): Promise<void> {
    this.#show(await this.#parts.store.update(change));
    this.#parts.bell.ring();
    this.#wake.abort();
  }

  async #look(): Promise<void> {
    this.#show(await this.#parts.store.all());
    this.#wake.abort();
  }

  #show(entries: Entries): void {
    this.#entries = entries;
    for (const follower of [...this.#followers]) follower(entries);
  }
}
