/** Commands of screens go through the queue: stored first, sent at once if there is a network. */

import { type Network, type Result, send } from "../api/client.ts";
import type { Command, Outcome, Submitter } from "../api/commands.ts";
import { BROWSER_CLOCK, BrowserBell, BrowserLock, BrowserStore } from "./browser_ports.ts";
import { CommandQueue } from "./command_queue.ts";
import type { Entry } from "./entry.ts";
import type { Reply } from "./ledger.ts";
import { type EntryStore, MemoryStore } from "./ports.ts";

/** How long a screen waits for an answer before it goes on: the command is safe by then. */
const ANSWER_MS = 4_000;

export class QueueSubmitter implements Submitter {
  readonly queue: CommandQueue;
  readonly #answerMs: number;

  constructor(queue: CommandQueue, answerMs = ANSWER_MS) {
    this.queue = queue;
    this.#answerMs = answerMs;
  }

  async submit(command: Command): Promise<Outcome> {
    const taken = await this.queue.take(command);
    if (taken.kind === "full") return { kind: "full" };
    const entry = await this.queue.answered(command.id, this.#answerMs);
    return outcomeOf(entry ?? taken.entry);
  }
}

/** Open this device's queue and begin to send; without a store it keeps in memory what it can. */
export async function openQueue(network?: Network): Promise<CommandQueue> {
  let store: EntryStore;
  try {
    store = await BrowserStore.open();
  } catch {
    store = new MemoryStore();
  }
  const queue = new CommandQueue({
    store,
    lock: new BrowserLock(),
    bell: new BrowserBell(),
    send: (entry) => sendEntry(entry, network),
    clock: BROWSER_CLOCK,
    chance: Math.random,
  });
  globalThis.addEventListener?.("online", () => void queue.resume());
  await queue.start();
  return queue;
}

/** Send an entry as the command that it is. */
export async function sendEntry(entry: Entry, network?: Network): Promise<Reply> {
  const { path, body, at, id } = entry;
  const result = await send({ method: "POST", path, body: { ...body, at }, key: id }, network);
  return replyOf(result);
}

function replyOf(result: Result<unknown>): Reply {
  switch (result.kind) {
    case "done":
      return { kind: "answer", answer: { status: result.status, body: result.value } };
    case "refused":
      return { kind: "answer", answer: { status: result.problem.status, body: result.problem } };
    case "signed_out":
      return { kind: "signed_out" };
    case "unreachable":
      return { kind: "none" };
  }
}

function outcomeOf({ state, answer }: Entry): Outcome {
  if (state === "done") return { kind: "done", value: answer?.body, status: answer?.status ?? 200 };
  if (state === "refused" || state === "failed") return refused(answer?.body);
  return { kind: "queued" };
}

/** The client has told that it is a problem before it was stored. */
function refused(body: unknown): Outcome {
  return { kind: "refused", problem: body } as Outcome;
}
