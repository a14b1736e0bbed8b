/** Order numbers as people type and read them: spaces, dashes, and the barcode of a parcel. */

import { isNumber } from "../codes/order_number.ts";

const NUMBER_DIGITS = 12;
const BARCODE_DIGITS = 14;

/** Return the number of the order that a text names, by its number or a parcel's barcode. */
export function orderNumber(text: string): string | undefined {
  const digits = text.replaceAll(/[\s\u00a0-]/g, "");
  if (!/^\d+$/.test(digits)) return undefined;
  if (digits.length !== NUMBER_DIGITS && digits.length !== BARCODE_DIGITS) return undefined;
  const number = digits.slice(0, NUMBER_DIGITS);
  return isNumber(number) ? number : undefined;
}

/** Return a number in the groups that people read aloud. */
export function grouped(number: string): string {
  return number.replaceAll(/(\d{4})(?=\d)/g, "$1\u00a0");
}
