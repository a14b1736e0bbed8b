/** Asking for a second person, and waiting for what they decide. */

import { type Result, read } from "../../api/client.ts";
import { command } from "../../api/commands.ts";
import type { ApprovalView } from "../../api/openapi.d.ts";
import { ask, type DeskServices } from "../desk_services.ts";

const POLL_MS = 2_000;

/** What an approval is asked for: `about` is the order's number. */
export interface WantedApproval {
  readonly kind: ApprovalView["kind"];
  readonly about: string;
  readonly note: string;
}

export function askApproval(
  { point, network, clock }: DeskServices,
  body: WantedApproval,
): Promise<Result<ApprovalView>> {
  const { id, path } = command(`/points/${point}/approvals`, {}, clock.now());
  return ask<ApprovalView>(network, { method: "POST", path, body: { ...body }, key: id });
}

/** Wait until it is decided; undefined once the clerk has gone on to something else. */
export async function decisionOf(
  { point, network }: DeskServices,
  asked: ApprovalView,
  isWaiting: () => boolean,
): Promise<ApprovalView | undefined> {
  let state = asked;
  while (state.state === "waiting") {
    await network.pause(POLL_MS);
    if (!isWaiting()) return undefined;
    const result = await read<ApprovalView>(`/points/${point}/approvals/${asked.id}`, network);
    if (result.kind === "done") state = result.value;
  }
  return state;
}
