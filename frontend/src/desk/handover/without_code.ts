/** A hand-over without a code: above the point's limit a second person has to agree first. */

import type { Result } from "../../api/client.ts";
import type { ApprovalView } from "../../api/openapi.d.ts";
import type { Answer } from "../../shell/answer.ts";
import { clockTime } from "../../shell/formats.ts";
import { isProofMissing, withProof } from "../../shell/proof_dialog.ts";
import { _ } from "../../shell/words.ts";
import { askApproval, decisionOf } from "../approvals/asking.ts";
import { needsText } from "../approvals/words.ts";
import type { DeskServices } from "../desk_services.ts";
import type { DeskVisits } from "./desk_visits.ts";
import type { WithoutCode } from "./identify_form.ts";

/** Open it; where an approval is needed it is asked for and waited for, until it is decided. */
export async function openWithoutCode(
  services: DeskServices,
  visits: DeskVisits,
  { number, reason, note }: WithoutCode,
  answer: (answer: Answer) => void,
  isWaiting: () => boolean,
): Promise<Result<unknown>> {
  const why = { reason, ...(note ? { note } : {}) };
  const { network } = services;
  const open = (given: Readonly<Record<string, unknown>>): Promise<Result<unknown>> =>
    withProof(network, () => visits.identify({ number, without_code: given }));
  const first = await open(why);
  if (isProofMissing(first)) {
    answer(notProvedAnswer());
    return { kind: "done", value: null, status: 200 };
  }
  if (first.kind !== "refused" || first.problem.code !== "approval_required") return first;
  const asked = await askApproval(services, {
    kind: "handover_without_code",
    about: number,
    note: note || reason,
  });
  if (asked.kind !== "done") return asked;
  answer(waitingAnswer(asked.value));
  const decided = await decisionOf(services, asked.value, isWaiting);
  if (decided?.state !== "granted") {
    if (decided !== undefined) answer(notGrantedAnswer(decided));
    return { kind: "done", value: null, status: 200 };
  }
  return open({ ...why, approval: decided.id });
}

function waitingAnswer({ code, needs, expires_at: until }: ApprovalView): Answer {
  return {
    tone: "attention",
    title: _("A second person has to agree"),
    detail: _("Approval {code} is asked for. The hand-over opens here once it is granted.", {
      code,
    }),
    facts: [
      { name: _("Decided by"), value: needsText(needs) },
      { name: _("Until"), value: clockTime(new Date(until)) },
    ],
    next: _("Ask them to decide it on their own device: Shift (F10), Approvals (F4)."),
  };
}

/** Denied by somebody, whose name is said, or decided by nobody in time: different things. */
function notGrantedAnswer({ state, decided_by_name: name = "" }: ApprovalView): Answer {
  const isDenied = state === "denied";
  return {
    tone: "error",
    title: isDenied ? _("The approval was denied") : _("Nobody decided in time"),
    detail: isDenied ? name : _("The approval is over; it can be asked for again."),
    next: isDenied
      ? _("Hand nothing over. Ask the buyer for the code: it is in their messages.")
      : _("Hand nothing over yet. Find somebody who decides, then ask again."),
  };
}

function notProvedAnswer(): Answer {
  return {
    tone: "error",
    title: _("Not confirmed that it is you"),
    next: _("Hand nothing over. Open it again and confirm with your passkey or password."),
  };
}
