/** What every screen of the desk stands on: its point, the clock of the server, its commands. */

import { type ApiRequest, type Network, type Result, send } from "../api/client.ts";
import type { Command, Outcome, Submitter } from "../api/commands.ts";
import type { CommandQueue } from "../queue/command_queue.ts";
import { ServerClock } from "../queue/server_clock.ts";
import { openQueue, QueueSubmitter } from "../queue/submitter.ts";

/** `queue` comes a moment later: opening the store of a device can take long, or ask a person. */
export interface DeskServices {
  readonly point: string;
  readonly network: Network;
  readonly clock: ServerClock;
  readonly queue: Promise<CommandQueue>;
  readonly submitter: Submitter;
}

export function openServices(point: string): DeskServices {
  const clock = new ServerClock();
  const network: Network = {
    fetch: clock.watching((input, init) => globalThis.fetch(input, init)),
    pause: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  };
  const queue = resumed(network);
  return { point, network, clock, queue, submitter: new WaitingSubmitter(queue) };
}

/** Send a command that makes no sense later; one whose fate is unknown is repeated with its id. */
export async function ask<T>(network: Network, request: ApiRequest): Promise<Result<T>> {
  const first = await send<T>(request, network);
  return first.kind === "unreachable" ? send<T>(request, network) : first;
}

/** Whoever opened the page has signed in, so what waits is sent at once. */
async function resumed(network: Network): Promise<CommandQueue> {
  const queue = await openQueue(network);
  await queue.resume();
  return queue;
}

class WaitingSubmitter implements Submitter {
  readonly #queue: Promise<CommandQueue>;

  constructor(queue: Promise<CommandQueue>) {
    this.#queue = queue;
  }

  async submit(command: Command): Promise<Outcome> {
    return new QueueSubmitter(await this.#queue).submit(command);
  }
}
