/** The queue's ports in a browser: IndexedDB, Web Locks, a channel between tabs, its clock. */

import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { Entry } from "./entry.ts";
import {
  type Bell,
  type Changes,
  type EntryStore,
  type QueueClock,
  type SenderLock,
  withChanges,
} from "./ports.ts";

const DATABASE = "gotovo-commands";
const VERSION = 1;
const CHANNEL = "gotovo-commands";
const LOCK = "gotovo-commands-sender";

interface Schema extends DBSchema {
  readonly commands: { readonly key: string; readonly value: Entry };
  /** How often the commands were changed, by whichever tab: what was read is good for that long. */
  readonly changes: { readonly key: "count"; readonly value: number };
}

/** Entries in IndexedDB. A change is on the disk when it is told, not only in its cache. */
export class BrowserStore implements EntryStore {
  readonly #database: IDBPDatabase<Schema>;
  #known: { readonly count: number; readonly entries: readonly Entry[] } = {
    count: -1,
    entries: [],
  };

  private constructor(database: IDBPDatabase<Schema>) {
    this.#database = database;
  }

  /** Open the store of this device; raises where it has none, as some private windows. */
  static async open(): Promise<BrowserStore> {
    const database = await openDB<Schema>(DATABASE, VERSION, {
      upgrade(opened) {
        opened.createObjectStore("commands", { keyPath: "id" });
        opened.createObjectStore("changes");
      },
      blocking(_current, _blocked, event) {
        (event.target as IDBDatabase).close(); // A newer version of the desk waits in another tab.
      },
    });
    await globalThis.navigator.storage?.persist?.(); // Without it a full disk may take the queue.
    return new BrowserStore(database);
  }

  async all(): Promise<readonly Entry[]> {
    return this.update(() => ({}));
  }

  async update(change: (entries: readonly Entry[]) => Changes): Promise<readonly Entry[]> {
    const transaction = this.#database.transaction(["commands", "changes"], "readwrite", {
      durability: "strict",
    });
    const [commands, changes] = [
      transaction.objectStore("commands"),
      transaction.objectStore("changes"),
    ];
    const count = (await changes.get("count")) ?? 0;
    let known = this.#known;
    if (known.count !== count) {
      known = { count, entries: withChanges([], { put: await commands.getAll() }) };
    }
    const { put = [], remove = [] } = change(known.entries);
    if (put.length > 0 || remove.length > 0) {
      known = { count: count + 1, entries: withChanges(known.entries, { put, remove }) };
      await Promise.all([
        ...remove.map((id) => commands.delete(id)),
        ...put.map((entry) => commands.put(entry)),
        changes.put(known.count, "count"),
      ]);
    }
    await transaction.done;
    this.#known = known;
    return known.entries;
  }
}

/** The lock of this device's origin: who has it sends, and a tab that crashes gives it back. */
export class BrowserLock implements SenderLock {
  async hold(work: () => Promise<void>, signal: AbortSignal): Promise<void> {
    try {
      await navigator.locks.request(LOCK, { signal }, work);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}

export class BrowserBell implements Bell {
  readonly #channel = new BroadcastChannel(CHANNEL);

  ring(): void {
    this.#channel.postMessage("changed");
  }

  heard(listener: () => void): void {
    this.#channel.addEventListener("message", () => listener());
  }

  close(): void {
    this.#channel.close();
  }
}

export const BROWSER_CLOCK: QueueClock = {
  now: () => Date.now(),
  pause: (milliseconds, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) {
        resolve();
        return;
      }
      const timer = setTimeout(resolve, milliseconds);
      signal.addEventListener("abort", () => {
        clearTimeout(timer);
        resolve();
      });
    }),
};
