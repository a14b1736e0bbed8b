/**
 * The answer panel: always in the same place, large, and announced to a screen reader.
 *
 * Its size is reserved by the stylesheet, so nothing moves under a finger when an answer changes.
 */

import { type Answer, soundOf, type Tone } from "./answer.ts";
import { element, fill } from "./elements.ts";
import { type IconName, icon } from "./icons.ts";
import type { PreferenceStore } from "./preferences.ts";
import { play } from "./sounds.ts";
import { speakAloud, spokenCells } from "./speech.ts";
import { _, spokenLanguage } from "./words.ts";

const ICONS: Readonly<Record<Tone, IconName>> = {
  waiting: "scan",
  busy: "busy",
  ok: "ok",
  attention: "attention",
  error: "error",
};

/** Return an answer as a person reads it. */
export function answerBody(answer: Answer): HTMLElement[] {
  const { cells = [], facts = [] } = answer;
  const parts = [
    element(
      "div",
      { class: "answer-head" },
      icon(ICONS[answer.tone]),
      element("div", {}, title(answer), answer.detail && element("p", {}, answer.detail)),
    ),
    cells.length > 0 && cellList(cells),
    facts.length > 0 && factList(answer),
    element("p", { class: "answer-next" }, icon("next"), element("span", {}, answer.next)),
  ];
  return parts.filter((part) => part !== false);
}

function title(answer: Answer): HTMLElement {
  return element("h2", { class: "answer-title" }, answer.title);
}

function cellList(cells: readonly string[]): HTMLElement {
  return element(
    "ul",
    { class: "cells", "aria-label": _("Cells") },
    ...cells.map((cell) => element("li", { class: "cell" }, cell)),
  );
}

function factList({ facts = [] }: Answer): HTMLElement {
  const rows = facts.map(({ name, value }) =>
    element("div", {}, element("dt", {}, name), element("dd", {}, value)),
  );
  return element("dl", { class: "facts" }, ...rows);
}

/** Shows, sounds and speaks answers, one at a time. */
export class AnswerPanel {
  readonly root: HTMLElement;
  readonly #preferences: PreferenceStore;

  constructor(preferences: PreferenceStore) {
    this.#preferences = preferences;
    this.root = element("section", {
      class: "answer",
      "aria-live": "assertive",
      "aria-atomic": "true",
      "aria-label": _("Answer"),
    });
  }

  /** Replace the answer that stands. */
  show(answer: Answer): void {
    this.root.dataset["tone"] = answer.tone;
    this.root.setAttribute("aria-busy", String(answer.tone === "busy"));
    fill(this.root, ...answerBody(answer));
    this.#sound(answer);
  }

  /** Add a sentence to the answer that stands; the next answer takes it away. */
  note(sentence: string): void {
    this.root.querySelector(".answer-note")?.remove();
    this.root
      .querySelector(".answer-head > div")
      ?.append(element("p", { class: "answer-note" }, sentence));
    if (this.#preferences.chosen.sounds) play("attention");
  }

  /** Cells are spoken after the sound; without a voice the sound alone has to do. */
  #sound(answer: Answer): void {
    const { sounds, speech } = this.#preferences.chosen;
    const sound = soundOf(answer.tone);
    if (sounds && sound !== undefined) play(sound);
    if (speech) speakAloud(answer.say ?? spokenCells(answer.cells ?? []), spokenLanguage());
  }
}
