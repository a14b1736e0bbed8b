/** Order numbers and parcel barcodes: enough to tell a slip of the finger from an unknown order. */

/** The quasigroup of order ten printed in Damm's thesis, as in `order/values/number.py`. */
const DAMM = [
  "0317598642",
  "7092154863",
  "4206871359",
  "1750983426",
  "6123045978",
  "3674209581",
  "5869720134",
  "8945362017",
  "9438617205",
  "2581436790",
] as const;

const NUMBER_DIGITS = 12;
const BARCODE_DIGITS = 14;

/** Return the number of the order that a text names, by its number or a parcel's barcode. */
export function orderNumber(text: string): string | undefined {
  const digits = text.replaceAll(/[\s\u00a0-]/g, "");
  if (!/^\d+$/.test(digits)) return undefined;
  if (digits.length !== NUMBER_DIGITS && digits.length !== BARCODE_DIGITS) return undefined;
  const number = digits.slice(0, NUMBER_DIGITS);
  return isValid(number) ? number : undefined;
}

/** Return a number in the groups that people read aloud. */
export function grouped(number: string): string {
  return number.replaceAll(/(\d{4})(?=\d)/g, "$1\u00a0");
}

function isValid(number: string): boolean {
  let interim = 0;
  for (const digit of number) interim = Number(DAMM[interim]?.[Number(digit)]);
  return interim === 0;
}
