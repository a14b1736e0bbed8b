/** What became of a command, as an answer where it is none of the server's own. */

import type { Outcome } from "../../api/commands.ts";
import { failureAnswer } from "../../api/failures.ts";
import type { Answer } from "../../shell/answer.ts";
import { _ } from "../../shell/words.ts";

type Unanswered = Exclude<Outcome, { kind: "done" }>;

/** Return the answer to a command that the server has not done, or not yet. */
export function unansweredAnswer(outcome: Unanswered): Answer {
  switch (outcome.kind) {
    case "queued":
      return {
        tone: "attention",
        title: _("Stored on this device"),
        detail: _("The server can't be reached; it is sent as soon as it can."),
        next: _("Put it aside where you find it again, and scan the next one."),
      };
    case "full":
      return {
        tone: "error",
        title: _("This was not stored"),
        detail: _("Too much waits on this device to be sent."),
        next: _("Wait until the network is back, then scan it again."),
      };
    case "refused":
      return refusedAnswer(outcome);
    default:
      return failureAnswer(outcome);
  }
}

function refusedAnswer(outcome: Extract<Unanswered, { kind: "refused" }>): Answer {
  const told = failureAnswer(outcome);
  if (outcome.problem.code !== "acceptance_closed") return told;
  return { ...told, next: _("Go back (Esc) and open another acceptance, or a loose one.") };
}
