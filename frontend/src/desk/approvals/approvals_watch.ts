/** Looks what waits for a second person, so that whoever could decide sees it wherever they are. */

import { type Result, read } from "../../api/client.ts";
import type { ApprovalsPage, ApprovalView } from "../../api/openapi.d.ts";
import type { DeskServices } from "../desk_services.ts";

/** A buyer stands and waits meanwhile; more often would be a request a second for each device. */
const POLL_MS = 3_000;

/** Read what waits at the point. */
export function readWaiting({ point, network }: DeskServices): Promise<Result<ApprovalsPage>> {
  return read<ApprovalsPage>(`/points/${encodeURIComponent(point)}/approvals`, network);
}

/** Return whether a person asked for it themselves: then somebody else decides. */
export function isOwn(approval: ApprovalView, person: string | undefined): boolean {
  const id = person?.replaceAll("-", "");
  return id !== undefined && id !== "" && approval.asked_by.endsWith(`staff-${id}`);
}

export class ApprovalsWatch {
  readonly #services: DeskServices;
  readonly #heard = new Set<(waiting: readonly ApprovalView[]) => void>();

  constructor(services: DeskServices) {
    this.#services = services;
  }

  /** Begin to look; a page that nobody sees does not. */
  start(): void {
    setInterval(() => document.visibilityState === "visible" && void this.look(), POLL_MS);
    void this.look();
  }

  /** Tell whoever follows what waits; what could not be read changes nothing. */
  async look(): Promise<Result<ApprovalsPage>> {
    const result = await readWaiting(this.#services);
    if (result.kind === "done") for (const each of this.#heard) each(result.value.items);
    return result;
  }

  follow(heard: (waiting: readonly ApprovalView[]) => void): void {
    this.#heard.add(heard);
  }
}
