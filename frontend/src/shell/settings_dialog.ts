/** The settings of this device: sounds, speech, light or dark, language. */

import { element, fill } from "./elements.ts";
import type { PreferenceStore, Theme } from "./preferences.ts";
import { play } from "./sounds.ts";
import { speakAloud, spokenCells } from "./speech.ts";
import { _, type Language, pgettext, spokenLanguage } from "./words.ts";

/** A cell that exists in every point that numbers its shelves. */
const SAMPLE_CELL = "54-35";

export class SettingsDialog {
  readonly root: HTMLDialogElement;
  readonly #preferences: PreferenceStore;
  readonly #tryPrinter: (() => void) | undefined;
  readonly #voice = element("p", { class: "setting-result", role: "status" });

  /** `tryPrinter` prints a sample; applications that print no stickers have none. */
  constructor(preferences: PreferenceStore, tryPrinter?: () => void) {
    this.#preferences = preferences;
    this.#tryPrinter = tryPrinter;
    this.root = element("dialog", { class: "settings", "aria-labelledby": "settings-title" });
    fill(
      this.root,
      element("h2", { id: "settings-title" }, _("Settings of this device")),
      this.#sound(),
      this.#speech(),
      this.#labels(),
      this.#theme(),
      languages(),
      this.#close(),
    );
  }

  open(): void {
    this.root.showModal();
  }

  #sound(): HTMLElement {
    const test = element("button", { type: "button", class: "button quiet" }, _("Try the sounds"));
    test.addEventListener("click", () => {
      play("ok");
      setTimeout(() => play("attention"), 700);
      setTimeout(() => play("error"), 1500);
    });
    return element("div", { class: "setting" }, this.#switch("sounds", _("Sounds")), test);
  }

  #speech(): HTMLElement {
    const test = element("button", { type: "button", class: "button quiet" }, _("Try the voice"));
    test.addEventListener("click", () => {
      const spoken = speakAloud(spokenCells([SAMPLE_CELL]), spokenLanguage());
      const missing = _("This device has no voice for English: sounds alone will be heard.");
      this.#voice.textContent = spoken ? "" : missing;
    });
    const label = _("Speak cell numbers");
    return element("div", { class: "setting" }, this.#switch("speech", label), test, this.#voice);
  }

  #labels(): HTMLElement | false {
    const print = this.#tryPrinter;
    if (print === undefined) return false;
    const test = element("button", { type: "button", class: "button quiet" }, _("Try the printer"));
    test.addEventListener("click", () => print());
    const label = _("Print a sticker at acceptance");
    return element("div", { class: "setting" }, this.#switch("labels", label), test);
  }

  #switch(name: "sounds" | "speech" | "labels", label: string): HTMLElement {
    const box = element("input", { type: "checkbox", role: "switch" });
    box.addEventListener("change", () => this.#preferences.choose({ [name]: box.checked }));
    this.#preferences.follow((chosen) => {
      box.checked = chosen[name];
    });
    return element("label", { class: "switch" }, box, element("span", {}, label));
  }

  #theme(): HTMLElement {
    const choices: readonly [Theme, string][] = [
      ["system", _("As the device")],
      ["light", _("Light")],
      ["dark", _("Dark")],
    ];
    const radios = choices.map(([theme, label]) => {
      const radio = element("input", { type: "radio", name: "theme", value: theme });
      radio.addEventListener("change", () => this.#preferences.choose({ theme }));
      this.#preferences.follow((chosen) => {
        radio.checked = chosen.theme === theme;
      });
      return element("label", { class: "choice" }, radio, element("span", {}, label));
    });
    return element(
      "fieldset",
      { class: "setting choices" },
      element("legend", {}, _("Appearance")),
      ...radios,
    );
  }

  #close(): HTMLElement {
    return element(
      "form",
      { method: "dialog" },
      element("button", { class: "button wide" }, _("Done")),
    );
  }
}

/** A language is a link: the server sends the document anew, in that language. */
function languages(): HTMLElement {
  const names: readonly [Language, string][] = [
    ["ru", pgettext("language", "Russian")],
    ["en", pgettext("language", "English")],
  ];
  const links = names.map(([language, name]) =>
    element(
      "a",
      {
        class: "button quiet",
        href: `?lang=${language}`,
        hreflang: language,
        "aria-current": language === spokenLanguage() && "true",
      },
      name,
    ),
  );
  return element(
    "div",
    { class: "setting", role: "group", "aria-label": _("Language") },
    element("span", {}, _("Language")),
    ...links,
  );
}
