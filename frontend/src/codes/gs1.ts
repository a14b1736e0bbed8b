/**
 * GTIN and serial number in what a product carries: EAN, UPC, and element strings of GS1.
 *
 * The same as `gotovo/desk/scan/gs1.py`, which says why; both are tested on one list.
 */

import { GS, withoutSeparators } from "./raw_text.ts";

const GTIN_DIGITS = 14;
const LENGTHS: readonly number[] = [8, 12, 13, 14];
const SERIAL_MAX = 20;

/** Elements with a length of their own, by the two digits they begin with (7.8.5). */
const FIXED: ReadonlyMap<string, number> = new Map([
  ...lengths(18, "00"),
  ...lengths(16, "04"),
  ...lengths(2, "20"),
  ...lengths(14, "01", "02", "03", "41"),
  ...lengths(6, "11", "12", "13", "14", "15", "16", "17", "18", "19"),
  ...lengths(8, "31", "32", "33", "34", "35", "36"),
]);
const IN_BRACKETS = /\(([0-9]{2,4})\)([^(]*)/g;
const BEGINS_WITH_GTIN = /^01[0-9]{14}/;

/** Serials of «Честный знак» where the scanner left the separators out: by what follows them. */
const UNSEPARATED: readonly RegExp[] = [
  /^([^\n]{13})91[^\n]{4}92[^\n]{44,88}$/,
  /^([^\n]{13}|[^\n]{6,7})93[^\n]{4}(?:3103[0-9]{6})?$/,
];

/** What a product's code says: a GTIN of 14 digits; the serial is empty where it has none. */
export interface Product {
  readonly gtin: string;
  readonly serial: string;
}

/** Return EAN-8, UPC-A, EAN-13 or GTIN-14 as 14 digits; empty where the check digit is wrong. */
export function gtinOf(digits: string): string {
  if (!LENGTHS.includes(digits.length) || !/^[0-9]+$/.test(digits)) return "";
  const gtin = digits.padStart(GTIN_DIGITS, "0");
  let weighted = 0;
  for (const [index, digit] of [...gtin].entries()) weighted += Number(digit) * (index % 2 ? 1 : 3);
  return weighted % 10 === 0 && /[1-9]/.test(gtin) ? gtin : "";
}

/** Return the product of an element string, plain or in brackets; undefined without one. */
export function elementString(text: string): Product | undefined {
  const plain = withoutSeparators(text);
  let found: ReadonlyMap<string, string>;
  if (plain.startsWith("(01)")) {
    found = new Map(
      Array.from(plain.matchAll(IN_BRACKETS), ([, identifier = "", value = ""]) => [
        identifier,
        value,
      ]),
    );
  } else if (BEGINS_WITH_GTIN.test(plain) || text.includes(GS)) {
    found = walked(plain);
  } else {
    return undefined;
  }
  const written = found.get("01") ?? "";
  const gtin = written.length === GTIN_DIGITS ? gtinOf(written) : "";
  const serial = (found.get("21") ?? "").replace(/^ +| +$/g, "").slice(0, SERIAL_MAX);
  return gtin ? { gtin, serial } : undefined;
}

function walked(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  let rest = text;
  while (rest) {
    const identifier = rest.slice(0, 2);
    rest = rest.slice(2);
    const length = FIXED.get(identifier);
    let value: string;
    if (length !== undefined) {
      value = rest.slice(0, length);
      rest = rest.slice(length);
    } else if (identifier === "21" && !rest.includes(GS)) {
      value = serialAlone(rest);
      rest = "";
    } else {
      const end = rest.indexOf(GS);
      value = end < 0 ? rest : rest.slice(0, end);
      rest = end < 0 ? "" : rest.slice(end);
    }
    if (!found.get(identifier)) found.set(identifier, value);
    while (rest.startsWith(GS)) rest = rest.slice(1);
  }
  return found;
}

function serialAlone(rest: string): string {
  for (const form of UNSEPARATED) {
    const match = form.exec(rest);
    if (match?.[1] !== undefined) return match[1];
  }
  return rest;
}

function lengths(length: number, ...identifiers: readonly string[]): [string, number][] {
  return identifiers.map((each) => [each, length]);
}
