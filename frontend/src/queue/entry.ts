/** A command that waits to be sent, and what becomes of it. */

/**
 * `pending`: it waits for its turn · `sending`: it is on its way, or was when the page went ·
 * `done`, `refused`: the server has answered · `failed`: the server breaks over it again and again,
 * so a person has to look.
 */
export type EntryState = "pending" | "sending" | "done" | "refused" | "failed";

/** What the server has answered: the status and the body, be it a problem. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/**
 * One command as it is stored. Nothing in it changes but `state`, `tries`, `dueAt` and `answer`.
 *
 * `id` makes a repetition harmless, `place` is its turn among all of the device, `subject` what it
 * is about: commands of one subject are sent in order, one after the other.
 */
export interface Entry {
  readonly id: string;
  readonly place: number;
  readonly subject: string;
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** When it happened, by the server's clock (RFC 3339). */
  readonly at: string;
  readonly state: EntryState;
  /** How often it was sent without an answer. */
  readonly tries: number;
  /** Not before this instant, in milliseconds of the device's clock. */
  readonly dueAt: number;
  readonly answer: Answer | undefined;
}

const ORDER = /^\/orders\/([0-9]{12})(?:\/|$)/;
const PARCEL = /^[0-9]{14}$/;
const OWN_RESOURCE = /^(\/points\/[^/]+\/[^/]+\/[^/]+)\//;

/**
 * Return what a command is about: the order in its path or of the parcel in its body, else the
 * visit, acceptance or box it belongs to, else the collection that it adds to.
 */
export function subjectOf(path: string, body: Readonly<Record<string, unknown>>): string {
  const order = ORDER.exec(path)?.[1];
  if (order !== undefined) return `order ${order}`;
  const parcel = body["parcel"];
  if (typeof parcel === "string" && PARCEL.test(parcel)) return `order ${parcel.slice(0, 12)}`;
  return OWN_RESOURCE.exec(path)?.[1] ?? path;
}

/** Whether nothing more will be sent of it by itself. */
export function isSettled(entry: Entry): boolean {
  return entry.state === "done" || entry.state === "refused" || entry.state === "failed";
}
