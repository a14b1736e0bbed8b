/** The words of approvals: what is asked for, who decides, and what became of it. */

import type { ApprovalView } from "../../api/openapi.d.ts";
import { _ } from "../../shell/words.ts";

export function kindText(kind: ApprovalView["kind"]): string {
  switch (kind) {
    case "handover_without_code":
      return _("Hand over without a code");
    case "handover_correction":
      return _("Undo a hand-over");
    case "return_without_claim":
      return _("Take a return back without a claim");
    case "write_off":
      return _("Write goods off");
    case "point_closure":
      return _("Close the point");
  }
}

/** Return who decides at the least. */
export function needsText(needs: string): string {
  switch (needs) {
    case "clerk":
      return _("a colleague");
    case "manager":
      return _("the manager of the point");
    case "support":
      return _("support");
    default:
      return _("the administration");
  }
}

/** Return the reason that a clerk chose, or what they wrote, as people read it. */
export function noteText(note: string | null): string {
  switch (note) {
    case "no_phone":
      return _("The buyer has no phone here");
    case "code_not_received":
      return _("The code did not arrive");
    case "phone_lost":
      return _("The phone is lost");
    case "known_in_person":
      return _("I know the buyer");
    case "other":
      return _("Another reason");
    default:
      return note ?? "";
  }
}

/** Return the time that is left: minutes and seconds, never less than none. */
export function timeLeft(expiresAt: string, now: Date): string {
  const seconds = Math.max(0, Math.ceil((Date.parse(expiresAt) - now.getTime()) / 1_000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
