/**
 * Commands: everything that changes something goes through `submit`.
 *
 * A command has an id that was made on this device and the time at which it happened, so that it
 * can wait for a network and still be repeated without harm. Screens know this interface alone;
 * whether a command is sent at once or queued is decided behind it.
 */

import { type ApiRequest, type Network, type Result, send } from "./client.ts";

export interface Command {
  /** A UUID of this device: a repeat with the same id gets the same answer. */
  readonly id: string;
  /** Below `/api/v1`, as "/orders/522394187207/shelving". */
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** When it happened (RFC 3339), which may be long before it arrives. */
  readonly at: string;
}

/**
 * What became of a command. `queued`: it is stored here and will be sent. `full`: too many wait
 * already, so this one was not taken.
 */
export type Outcome = Result<unknown> | { readonly kind: "queued" } | { readonly kind: "full" };

export interface Submitter {
  submit(command: Command): Promise<Outcome>;
}

/** Return a command that happens now, by the server's clock: that of a tablet can be hours off. */
export function command(path: string, body: Readonly<Record<string, unknown>>, now: Date): Command {
  return { id: crypto.randomUUID(), path, body, at: now.toISOString() };
}

/** Makes commands of what happens now and submits them. */
export class Commands {
  readonly #submitter: Submitter;
  readonly #clock: { now(): Date };

  constructor(submitter: Submitter, clock: { now(): Date }) {
    this.#submitter = submitter;
    this.#clock = clock;
  }

  run(path: string, body: Readonly<Record<string, unknown>>): Promise<Outcome> {
    return this.#submitter.submit(command(path, body, this.#clock.now()));
  }
}

/** Sends each command at once; one whose fate is unknown is repeated with its own id. */
export class DirectSubmitter implements Submitter {
  readonly #network: Network | undefined;

  constructor(network?: Network) {
    this.#network = network;
  }

  async submit(given: Command): Promise<Outcome> {
    const request: ApiRequest = {
      method: "POST",
      path: given.path,
      body: { ...given.body, at: given.at },
      key: given.id,
    };
    const first = await send(request, this.#network);
    return first.kind === "unreachable" ? send(request, this.#network) : first;
  }
}
