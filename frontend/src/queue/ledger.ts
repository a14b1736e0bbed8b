/**
 * The queue as a value: what waits, what is sent next, and what an answer changes.
 *
 * It knows no clock, no storage and no network, and never forgets a command that has no answer. All
 * functions take the entries in order of `place` and return the new ones.
 */

import { type Answer, type Entry, isSettled } from "./entry.ts";

/** Commands that wait: a point's day of 200 orders, five commands each, twice over. */
export const WAITING_MAX = 2_000;

/** Answered commands that are remembered, so that a screen can show what became of them. */
export const DONE_MAX = 200;

/** Times that a server may break over one command before a person has to look. */
export const FAULTS_MAX = 8;

const FIRST_PAUSE_MS = 1_000;
const PAUSE_MAX_MS = 60_000;

export type Entries = readonly Entry[];

/** What came back for a command; `none` is no answer, and nobody knows whether it arrived. */
export type Reply =
  | { readonly kind: "none" }
  | { readonly kind: "signed_out" }
  | { readonly kind: "answer"; readonly answer: Answer };

/** Return the entries with a new one, or `full` when too many wait; one id is one entry. */
export function appended(
  entries: Entries,
  given: Omit<Entry, "place" | "state" | "tries" | "dueAt" | "answer">,
): { readonly entries: Entries; readonly entry: Entry } | "full" {
  const known = entries.find((each) => each.id === given.id);
  if (known) return { entries, entry: known };
  if (entries.filter((each) => !isSettled(each)).length >= WAITING_MAX) return "full";
  const place = (entries.at(-1)?.place ?? 0) + 1;
  const entry: Entry = {
    ...given,
    place,
    state: "pending",
    tries: 0,
    dueAt: 0,
    answer: undefined,
  };
  return { entries: [...entries, entry], entry };
}

/** Return what may be sent now: of each subject the first that has no answer, if it is due. */
export function ready(entries: Entries, now: number, atOnce: number): Entries {
  const begun = new Set<string>();
  const found: Entry[] = [];
  let sending = 0;
  for (const entry of entries) {
    if (isSettled(entry) || begun.has(entry.subject)) continue;
    begun.add(entry.subject);
    if (entry.state === "sending") sending += 1;
    else if (entry.dueAt <= now) found.push(entry);
  }
  return found.slice(0, Math.max(0, atOnce - sending));
}

/** Return when something will be due, undefined when nothing waits. */
export function nextDueAt(entries: Entries): number | undefined {
  const begun = new Set<string>();
  let next: number | undefined;
  for (const entry of entries) {
    if (isSettled(entry) || begun.has(entry.subject)) continue;
    begun.add(entry.subject);
    if (entry.state === "pending") next = Math.min(next ?? entry.dueAt, entry.dueAt);
  }
  return next;
}

/** Return the entry as it is sent. */
export function sent(entry: Entry): Entry {
  return { ...entry, state: "sending" };
}

/**
 * Return the entry after a reply. Without an answer it waits and is sent again, for as long as it
 * takes; so it is after a fault of the server, but not for ever. `chance`, from 0 up to 1, spreads
 * the pauses of many devices that lost the network at once.
 */
export function settled(entry: Entry, reply: Reply, now: number, chance: number): Entry {
  if (reply.kind === "signed_out") return { ...entry, state: "pending", dueAt: now };
  if (reply.kind === "none") return postponed(entry, now, chance);
  const { answer } = reply;
  if (answer.status < 400) return { ...entry, state: "done", answer };
  if (answer.status === 429 || answer.status === 409) {
    if (isPassing(answer)) return postponed(entry, now, chance);
  }
  if (answer.status < 500) return { ...entry, state: "refused", answer };
  if (entry.tries + 1 >= FAULTS_MAX) {
    return { ...entry, state: "failed", tries: entry.tries + 1, answer };
  }
  return postponed(entry, now, chance);
}

/** Return the entries as they are when the page opens: what was on its way is sent again. */
export function reopened(entries: Entries): Entries {
  return entries.map((each) => (each.state === "sending" ? { ...each, state: "pending" } : each));
}

/** Return a failed entry to be sent again, because a person said so. */
export function retried(entry: Entry, now: number): Entry {
  if (entry.state !== "failed") return entry;
  return { ...entry, state: "pending", tries: 0, dueAt: now, answer: undefined };
}

/** Return the answered entries that need not be remembered: never one without an answer. */
export function forgettable(entries: Entries): Entries {
  const done = entries.filter((each) => each.state === "done");
  return done.slice(0, Math.max(0, done.length - DONE_MAX));
}

/** Return how long to wait after so many tries: twice as long each time, up to a minute. */
export function pauseAfter(tries: number, chance: number): number {
  const whole = Math.min(FIRST_PAUSE_MS * 2 ** Math.min(tries, 16), PAUSE_MAX_MS);
  return Math.round(whole * (0.5 + chance / 2));
}

function postponed(entry: Entry, now: number, chance: number): Entry {
  const dueAt = now + pauseAfter(entry.tries, chance);
  return { ...entry, state: "pending", tries: entry.tries + 1, dueAt };
}

/** Too many requests, or the same command still under way: the answer comes later. */
function isPassing(answer: Answer): boolean {
  if (answer.status === 429) return true;
  const { body } = answer;
  return typeof body === "object" && body !== null && "code" in body && body.code === "in_flight";
}
