/** The order number: twelve digits, the last a check digit (`gotovo/order/values/number.py`). */

const DIGITS = 12;

/** The quasigroup of order ten printed in Damm's thesis; row: what was so far, column: digit. */
const DAMM: readonly string[] = [
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
];

/** Tell whether these are twelve digits with the right check digit. */
export function isNumber(digits: string): boolean {
  if (digits.length !== DIGITS || !/^[0-9]+$/.test(digits)) return false;
  let interim = 0;
  for (const digit of digits) interim = Number(DAMM[interim]?.charAt(Number(digit)));
  return interim === 0;
}
