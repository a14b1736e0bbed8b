/** Why goods are not taken back, as a clerk chooses it. */

import type { ReturnBody } from "../../api/openapi.d.ts";
import { _ } from "../../shell/words.ts";

export type Decline = NonNullable<ReturnBody["declined"]>[number]["reason"];

export function declineReasons(): readonly (readonly [Decline, string])[] {
  return [
    ["used", _("It was used")],
    ["damaged_by_buyer", _("The buyer damaged it")],
    ["incomplete", _("Something of it is missing")],
    ["other_goods", _("It is not what was sold")],
    ["not_returnable", _("It only comes back with a defect")],
    ["other", _("Another reason")],
  ];
}
