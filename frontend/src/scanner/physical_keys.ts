/**
 * What a key types under an English layout, by its place on the keyboard.
 *
 * A scanner presses the keys of an English keyboard; what the computer makes of them depends on its
 * layout, and under a Russian one `CELL` becomes `СУДД`. `KeyboardEvent.code` names the key itself.
 * Caps Lock changes nothing here: a scanner holds Shift for capitals.
 */

const PAIRS: Readonly<Record<string, string>> = {
  Backquote: "`~",
  Minus: "-_",
  Equal: "=+",
  BracketLeft: "[{",
  BracketRight: "]}",
  Backslash: "\\|",
  IntlBackslash: "\\|",
  Semicolon: ";:",
  Quote: "'\"",
  Comma: ",<",
  Period: ".>",
  Slash: "/?",
  Space: "  ",
  NumpadDecimal: "..",
  NumpadSubtract: "--",
  NumpadAdd: "++",
  NumpadMultiply: "**",
  NumpadDivide: "//",
  NumpadComma: ",,",
  NumpadEqual: "==",
};

const DIGITS_WITH_SHIFT = ")!@#$%^&*(";
const LETTER = /^Key([A-Z])$/;
const DIGIT = /^Digit([0-9])$/;
const NUMPAD = /^Numpad([0-9])$/;

/** Return what the key types, empty where it types nothing. */
export function typedBy(code: string, shift: boolean): string {
  const letter = LETTER.exec(code)?.[1];
  if (letter !== undefined) return shift ? letter : letter.toLowerCase();
  const digit = DIGIT.exec(code)?.[1];
  if (digit !== undefined) return shift ? DIGITS_WITH_SHIFT.charAt(Number(digit)) : digit;
  return NUMPAD.exec(code)?.[1] ?? PAIRS[code]?.charAt(shift ? 1 : 0) ?? "";
}

/** Return the digit of the numeric pad, which types characters while Alt is held. */
export function padDigit(code: string): string {
  return NUMPAD.exec(code)?.[1] ?? "";
}
