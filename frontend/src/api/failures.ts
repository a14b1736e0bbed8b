/** Failures as answers: what a clerk reads when the server refuses, or cannot be reached. */

import type { Answer } from "../shell/answer.ts";
import { _ } from "../shell/words.ts";
import type { Result } from "./client.ts";
import type { Problem } from "./openapi.d.ts";

type Failure = Exclude<Result<unknown>, { kind: "done" }>;

/** What to do next, by the code of a problem; the server's own sentence says what went wrong. */
function nextOf({ code }: Problem): string {
  switch (code) {
    case "unknown_order":
      return _("Scan the label again, or type the 12 digits of the number.");
    case "wrong_point":
      return _("Put it aside for the next car: it belongs to another point.");
    case "too_many_requests":
    case "overloaded":
      return _("Wait a few seconds, then scan again.");
    case "shift_required":
      return _("Load the page anew (F5) and begin your shift.");
    case "device_required":
      return _("Ask the manager to register this device at the point.");
    case "shift_elsewhere":
      return _("End the shift at the other point first, or ask its manager to.");
    case "wrong_code":
    case "code_revoked":
      return _("Ask the buyer to read the code out once more: it is in the newest message.");
    case "too_many_attempts":
      return _("Hand nothing over. Ask whoever is in charge to open it without a code.");
    case "own_order":
      return _("Ask a colleague: nobody hands an order over to themselves.");
    case "blocked":
      return _("Hand nothing over: this order is with support.");
    case "insufficient_scope":
    case "not_permitted":
      return _("Ask somebody who may do this: your role does not allow it.");
    default:
      return _("Scan again. If it stays like this, call support and read out the sentence above.");
  }
}

/** Return what is shown of a failure. */
export function failureAnswer(failure: Failure): Answer {
  switch (failure.kind) {
    case "refused":
      return {
        tone: "error",
        title: failure.problem.title,
        detail: failure.problem.detail,
        next: nextOf(failure.problem),
      };
    case "signed_out":
      return {
        tone: "error",
        title: _("You are signed out"),
        detail: _("The session has ended, or the shift was closed on another device."),
        next: _("Reload the page and sign in again."),
      };
    case "unreachable":
      return {
        tone: "error",
        title: _("No connection to the server"),
        detail: _("It did not answer in time, several times in a row."),
        next: _("Check the network of this device, then scan again."),
      };
  }
}
