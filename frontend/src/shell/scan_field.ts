/** The field for a code: a scanner types into it, and so does a person where a code is damaged. */

import { element } from "./elements.ts";
import { icon } from "./icons.ts";
import { _ } from "./words.ts";

/** Longer than any code of ours or of a product; whatever is longer was never a code. */
const CHARACTERS_MAX = 256;

export class ScanField {
  readonly root: HTMLFormElement;
  readonly #input: HTMLInputElement;

  constructor(scanned: (code: string) => void) {
    this.#input = element("input", {
      id: "code",
      name: "code",
      type: "text",
      class: "scan-input",
      maxlength: CHARACTERS_MAX,
      autocomplete: "off",
      autocapitalize: "characters",
      spellcheck: "false",
      enterkeyhint: "search",
      placeholder: _("Scan, or type a number"),
    });
    this.root = element(
      "form",
      { class: "scan", role: "search" },
      element("label", { for: "code", class: "hidden" }, _("Code or order number")),
      icon("scan"),
      this.#input,
      element(
        "button",
        { type: "submit", class: "button scan-button" },
        icon("search"),
        element("span", {}, _("Find")),
      ),
    );
    this.root.addEventListener("submit", (event) => {
      event.preventDefault();
      const code = this.#input.value.trim();
      this.#input.value = "";
      this.focus();
      if (code) scanned(code);
    });
  }

  /** A tablet would cover the answer with its keyboard, so only a fine pointer gets the focus. */
  focus(): void {
    if (matchMedia("(hover: hover) and (pointer: fine)").matches) this.#input.focus();
    else this.#input.blur();
  }

  /** Let a person type, whatever they point with. */
  type(): void {
    this.#input.focus();
    this.#input.select();
  }
}
