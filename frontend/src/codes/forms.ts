/**
 * What a code is, by its form alone: no look-up, no clock, and every text has an answer.
 *
 * The same as `gotovo/desk/scan/code_forms.py`, so that a scan without the network means the same.
 * The table is in docs/reference/codes.md; both are tested on `tests/support/desk/code_forms.json`.
 */

import { elementString, gtinOf } from "./gs1.ts";
import { isNumber } from "./order_number.ts";
import { asLatinKeys, isCyrillic, plainText, withoutSeparators } from "./raw_text.ts";

/** Characters of a scan; a longer one is unknown. */
export const CODE_LENGTH_MAX = 512;

/** Characters of an unknown code that are shown: enough to tell what it is. */
const SHOWN_MAX = 64;

const AIM = /^[\]}]([A-Za-z])[0-9A-Za-z]/;
const CELL_LABEL = /^CELL *[:;] *([0-9A-Z]{1,8}(?:-[0-9A-Z]{1,8}){0,3})$/;
const CELL_TYPED = /^[A-Z]{1,2}[0-9]{0,2}-[0-9]{1,3}$/;
const RACK_AND_SHELF = /^0*([1-9][0-9]{0,2}) ?- ?0*([1-9][0-9]{0,2})$/;
const BOX = /^BOX-[0-9A-Z](?:-?[0-9A-Z]){0,30}$/;
const MANIFEST = /^MAN-[0-9A-Z](?:-?[0-9A-Z]){0,30}$/;
const PICKUP_QR = /^([0-9]{12})[.>]([0-9A-Fa-f]{24})$/;
const SEPARATED = /^[0-9]+(?:[ -]+[0-9]+)*$/;
const WORDS_BEFORE = /^(?:заказ[а-яё]*|номер[а-яё]*|order|number|no(?![a-z])|[№#.: ])+/i;
const LOOK_ALIKE: ReadonlyMap<string, string> = new Map(
  Array.from("АВЕКМНОРСТУХ", (letter, index) => [letter, "ABEKMHOPCTYX".charAt(index)]),
);

export type CodeKind =
  | "order"
  | "parcel"
  | "pickup_qr"
  | "cell"
  | "box"
  | "manifest"
  | "product"
  | "pickup_code"
  | "phone_digits"
  | "unknown";

/**
 * A code that was recognised; `value` is how it is written everywhere else.
 *
 * `number` is the order that an order's, a parcel's or a buyer's code names. `gtin` is the code of
 * a product; of an order or a parcel too, where the same digits could be one. `serial` is of a
 * single unit. Each is empty where there is none. The value of an unknown code is its beginning.
 */
export interface ScannedCode {
  readonly kind: CodeKind;
  readonly value: string;
  readonly number: string;
  readonly gtin: string;
  readonly serial: string;
}

/** Return what a text is, as scanned or typed; what has no form that is known is unknown. */
export function recognise(text: string): ScannedCode {
  const characters = Array.from(text);
  const plain = plainText(characters.slice(0, CODE_LENGTH_MAX + 1).join(""));
  const unknown = code("unknown", Array.from(plain).slice(0, SHOWN_MAX).join(""));
  if (characters.length > CODE_LENGTH_MAX) return unknown;
  const keys = isCyrillic(plain) ? asLatinKeys(plain) : plain;
  const aim = AIM.exec(keys);
  const whole = aim ? keys.slice(aim[0].length) : keys;
  const bare = withoutSeparators(whole);
  return (
    labelled(bare) ??
    product(whole) ??
    (aim && "EX".includes(aim[1] ?? "") ? barCode(bare) : undefined) ??
    typedCell(plain) ??
    digits(bare) ??
    digits(plain.replace(WORDS_BEFORE, "")) ??
    unknown
  );
}

/** Return what has a form that nothing else has: cell, box, manifest, a buyer's QR. */
function labelled(bare: string): ScannedCode | undefined {
  const upper = bare.toUpperCase();
  const cell = CELL_LABEL.exec(upper)?.[1];
  if (cell !== undefined) return code("cell", cellName(cell));
  if (BOX.test(upper)) return code("box", upper);
  if (MANIFEST.test(upper)) return code("manifest", upper);
  const [, number = "", digest = ""] = PICKUP_QR.exec(bare) ?? [];
  if (!isNumber(number)) return undefined;
  return code("pickup_qr", `${number}.${digest.toLowerCase()}`, { number });
}

function product(whole: string): ScannedCode | undefined {
  const found = elementString(whole);
  return found && code("product", found.gtin, found);
}

/** Return the product of what a scanner calls EAN or UPC; it can't be a number of ours. */
function barCode(bare: string): ScannedCode | undefined {
  const gtin = gtinOf(bare);
  return gtin ? code("product", gtin, { gtin }) : undefined;
}

/** Return the cell that a person has typed: a label says CELL, so letters are as they look. */
function typedCell(plain: string): ScannedCode | undefined {
  const cell = Array.from(plain.toUpperCase(), (each) => LOOK_ALIKE.get(each) ?? each).join("");
  const isCell = RACK_AND_SHELF.test(cell) || CELL_TYPED.test(cell);
  return isCell ? code("cell", cellName(cell)) : undefined;
}

/** Return the cell as it is named everywhere: numbers without zeros before them. */
function cellName(cell: string): string {
  const [, rack, shelf] = RACK_AND_SHELF.exec(cell) ?? [];
  return rack === undefined ? cell : `${rack}-${shelf}`;
}

/** Return what digits are by their number and their check digits. */
function digits(text: string): ScannedCode | undefined {
  if (!SEPARATED.test(text)) return undefined;
  const all = text.replace(/[ -]/g, "");
  const number = all.slice(0, 12);
  const gtin = gtinOf(all);
  if (all.length === 12 && isNumber(number)) return code("order", all, { number, gtin });
  if (all.length === 14 && isNumber(number) && !all.endsWith("00")) {
    return code("parcel", all, { number, gtin });
  }
  if (gtin) return code("product", gtin, { gtin });
  if (all.length === 6) return code("pickup_code", all);
  return all.length === 4 ? code("phone_digits", all) : undefined;
}

function code(kind: CodeKind, value: string, more: Partial<ScannedCode> = {}): ScannedCode {
  return { kind, value, number: "", gtin: "", serial: "", ...more };
}
