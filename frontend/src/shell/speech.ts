/** Speech: cell numbers are spoken, so that a clerk's eyes stay on the parcel. */

import { _, type Language, ngettext } from "./words.ts";

/** Voices by language; without one of the page's language a machine would spell nonsense. */
const LOCALES: Readonly<Record<Language, string>> = { en: "en", ru: "ru" };

/** A little slower than speech: digits are written down by ear. */
const RATE = 0.95;

/** Return what is said of cells: rack and shelf apart, because a dash is spoken as a minus. */
export function spokenCells(cells: readonly string[]): string {
  if (cells.length === 0) return "";
  const names = cells.map((cell) => cell.replaceAll(/[-–—_]+/g, ", "));
  const [first = ""] = names;
  if (names.length === 1) return _("Cell {cell}", { cell: first });
  const count = ngettext("{number} cell", "{number} cells", names.length);
  return `${count}: ${names.join("; ")}`;
}

/** Ask for the voices, which a browser loads when it is first asked, and has a moment later. */
export function loadVoices(): void {
  globalThis.speechSynthesis?.getVoices();
}

/** Speak; false where the browser has no voice for the language, and sounds have to do. */
export function speakAloud(text: string, language: Language): boolean {
  const speech = globalThis.speechSynthesis;
  if (speech === undefined || !text) return false;
  const voice = speech.getVoices().find((each) => each.lang.startsWith(LOCALES[language]));
  if (voice === undefined) return false;
  speech.cancel(); // What is said of an earlier scan would be taken for this one.
  const utterance = new SpeechSynthesisUtterance(text);
  utterance.voice = voice;
  utterance.lang = voice.lang;
  utterance.rate = RATE;
  speech.speak(utterance);
  return true;
}
