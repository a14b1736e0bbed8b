/**
 * The text of a scan as the code had it: without what scanners and keyboards make of it.
 *
 * The same as `gotovo/desk/scan/raw_text.py`, which says why; both are tested on one list.
 */

/** The separator after an element of variable length (GS1 General Specifications, 7.8). */
export const GS = "\u001d";

const ENGLISH = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>~/?@#$^&|";
const RUSSIAN = 'йцукенгшщзхъфывапролджэячсмитьбюёЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮЁ.,"№;:?/';
const LAYOUT: ReadonlyMap<string, string> = new Map(
  Array.from(RUSSIAN, (letter, index) => [letter, ENGLISH.charAt(index)]),
);

const FULL_WIDTH = /[\uff01-\uff5e]/g;
const FULL_WIDTH_SHIFT = 0xfee0;
const DASHES = /[\u2010-\u2015\u2212]/g;
const SPACES = /[\t\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/g;

/** GS as scanners and programs spell it; è is the codeword 232 of a DataMatrix, FNC1. */
const SPELT_GS = /<[Gg][Ss]>|\{[Gg][Ss]\}|\[[Gg][Ss]\]|\\x1[Dd]|\\u001[Dd]|\^\]|[\u241d\u00e8]/g;
const CONTROLS = "\\u0000-\\u001c\\u001e\\u001f\\u007f-\\u009f";
const FORMATS = "\\u00ad\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\ufeff";
const INVISIBLE = new RegExp(`[${CONTROLS}${FORMATS}\\ud800-\\udfff]`, "gu");
const CYRILLIC = /[А-Яа-яЁё№]/;

/**
 * Return the text with plain digits, dashes and spaces, every GS as itself, and nothing unseen.
 *
 * Spaces around it are gone; GS at its ends is not, for a leading one tells that GS1 follows.
 */
export function plainText(text: string): string {
  return text
    .replace(FULL_WIDTH, (each) => String.fromCharCode(each.charCodeAt(0) - FULL_WIDTH_SHIFT))
    .replace(DASHES, "-")
    .replace(SPACES, " ")
    .replace(SPELT_GS, GS)
    .replace(INVISIBLE, "")
    .replace(/^ +| +$/g, "");
}

/** Tell whether the text has a letter or sign that only a Russian layout types. */
export function isCyrillic(text: string): boolean {
  return CYRILLIC.test(text);
}

/** Return what the same keys type under an English layout. */
export function asLatinKeys(text: string): string {
  return Array.from(text, (letter) => LAYOUT.get(letter) ?? letter).join("");
}

/** Return the text without separators at its ends. */
export function withoutSeparators(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && text[start] === GS) start += 1;
  while (end > start && text[end - 1] === GS) end -= 1;
  return text.slice(start, end);
}
