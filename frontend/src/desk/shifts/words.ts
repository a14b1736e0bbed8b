/** The words of a shift: why it ended, how long it went on, and what its figures are called. */

import type { ShiftReport, ShiftView } from "../../api/openapi.d.ts";
import { _, ngettext } from "../../shell/words.ts";

/** Return why a shift ended; empty while it is open. */
export function endText(reason: string | null): string {
  switch (reason) {
    case "person":
      return _("ended by the person");
    case "manager":
      return _("ended by whoever is in charge");
    case "time_limit":
      return _("ended by itself: it went on for too long");
    case "device_revoked":
      return _("ended because the device is none of the point any more");
    default:
      return "";
  }
}

/** Return how long a shift has gone on, in hours and minutes. */
export function durationText({ begun_at, ended_at }: ShiftView, now: Date): string {
  const until = ended_at === null ? now : new Date(ended_at);
  const minutes = Math.max(0, Math.floor((until.getTime() - Date.parse(begun_at)) / 60_000));
  return _("{hours} h {minutes} min", { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
}

/** The figures of a report that can be followed to their orders, in the order they are read. */
export type FigureName =
  | "accepted"
  | "shelved"
  | "issued_whole"
  | "issued_part"
  | "without_code"
  | "refused"
  | "returns"
  | "corrections";

export function figureNames(): readonly (readonly [FigureName, string])[] {
  return [
    ["accepted", _("Parcels accepted")],
    ["shelved", _("Parcels put on shelves")],
    ["issued_whole", _("Orders handed over whole")],
    ["issued_part", _("Orders handed over in part")],
    ["without_code", _("Of these without a code")],
    ["refused", _("Orders refused as a whole")],
    ["returns", _("Returns taken back")],
    ["corrections", _("Hand-overs corrected")],
  ];
}

/** Return approvals of a report as one sentence each. */
export function approvalsText({ approvals }: ShiftReport): string {
  const { asked, asked_and_granted: granted } = approvals;
  const decided = approvals.granted + approvals.denied;
  return [
    _("asked for: {asked}, granted: {granted}", { asked, granted }),
    ngettext("decided {number} for others", "decided {number} for others", decided),
  ].join("; ");
}
