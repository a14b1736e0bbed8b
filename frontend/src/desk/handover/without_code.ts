/** A hand-over without a code: above the point's limit a second person has to agree first. */

import type { Result } from "../../api/client.ts";
import { read } from "../../api/client.ts";
import { command } from "../../api/commands.ts";
import type { ApprovalView } from "../../api/openapi.d.ts";
import type { Answer } from "../../shell/answer.ts";
import { _ } from "../../shell/words.ts";
import { ask, type DeskServices } from "../desk_services.ts";
import type { DeskVisits } from "./desk_visits.ts";
import type { WithoutCode } from "./identify_form.ts";

const POLL_MS = 2_000;

/** Open it; where an approval is needed it is asked for and waited for, until it is decided. */
export async function openWithoutCode(
  services: DeskServices,
  visits: DeskVisits,
  { number, reason, note }: WithoutCode,
  answer: (answer: Answer) => void,
  isWaiting: () => boolean,
): Promise<Result<unknown>> {
  const why = { reason, ...(note ? { note } : {}) };
  const first = await visits.identify({ number, without_code: why });
  if (first.kind !== "refused" || first.problem.code !== "approval_required") return first;
  const { point, network, clock } = services;
  const { id, path } = command(`/points/${point}/approvals`, {}, clock.now());
  const body = { kind: "handover_without_code", about: number, note: note || reason };
  const asked = await ask<ApprovalView>(network, { method: "POST", path, body, key: id });
  if (asked.kind !== "done") return asked;
  answer(waitingAnswer(asked.value));
  const decided = await decision(services, asked.value, isWaiting);
  if (decided?.state !== "granted") {
    if (decided !== undefined) answer(notGrantedAnswer());
    return { kind: "done", value: null, status: 200 };
  }
  return visits.identify({ number, without_code: { ...why, approval: decided.id } });
}

/** Wait until it is decided; undefined once the clerk has gone on to something else. */
async function decision(
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

function waitingAnswer({ code }: ApprovalView): Answer {
  return {
    tone: "attention",
    title: _("A second person has to agree"),
    detail: _("Approval {code} is asked for. The hand-over opens here once it is granted.", {
      code,
    }),
    next: _("Ask a colleague or the manager to decide it on their own device."),
  };
}

function notGrantedAnswer(): Answer {
  return {
    tone: "error",
    title: _("Nobody agreed"),
    detail: _("The approval was denied, or its time is over."),
    next: _("Hand nothing over. Ask the buyer for the code: it is in their messages."),
  };
}
