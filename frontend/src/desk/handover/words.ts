/** The words of choices: why goods stay at the desk, and why there is no code. */

import { _ } from "../../shell/words.ts";
import type { NoCodeReason } from "./identification.ts";
import type { Reason } from "./model.ts";

export function reasons(): readonly (readonly [Reason, string])[] {
  return [
    ["not_fitting", _("It doesn't fit")],
    ["not_as_described", _("It isn't as described")],
    ["defect", _("It is defective")],
    ["changed_mind", _("The buyer changed their mind")],
    ["other", _("Another reason")],
  ];
}

export function noCodeReasons(): readonly (readonly [NoCodeReason, string])[] {
  return [
    ["no_phone", _("The buyer has no phone here")],
    ["code_not_received", _("The code did not arrive")],
    ["phone_lost", _("The phone is lost")],
    ["known_in_person", _("I know the buyer")],
    ["other", _("Another reason")],
  ];
}
