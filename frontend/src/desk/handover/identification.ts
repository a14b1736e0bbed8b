/** How a buyer is identified: what was scanned or typed becomes the body of `POST …/visits`. */

import type { ScannedCode } from "../../codes/forms.ts";

/** What is known so far: an order's number or the end of a phone, and a code. */
export interface Shown {
  readonly number: string;
  readonly phone: string;
  readonly code: string;
}

export const NOTHING: Shown = { number: "", phone: "", code: "" };

export type NoCodeReason =
  | "no_phone"
  | "code_not_received"
  | "phone_lost"
  | "known_in_person"
  | "other";

export type VisitRequest = Readonly<Record<string, unknown>>;

/** Add what was scanned or typed; undefined where it identifies nobody. */
export function added(shown: Shown, { kind, value, number }: ScannedCode): Shown | undefined {
  switch (kind) {
    case "order":
    case "parcel":
      return { ...shown, number, phone: "" };
    case "phone_digits":
      return { ...shown, phone: value, number: "" };
    case "pickup_code":
      return { ...shown, code: value };
    default:
      return undefined;
  }
}

/** Return the body for what was shown; undefined for a code alone, which finds nobody. */
export function requestOf({ number, phone, code }: Shown): VisitRequest | undefined {
  if (number) return code ? { number, code } : { number };
  return phone && code ? { phone_last4: phone, code } : undefined;
}

/** Tell whether everything is there to ask the server without another key. */
export function isComplete({ number, phone, code }: Shown): boolean {
  return code !== "" && (number !== "" || phone !== "");
}
