/** The form for a buyer without a QR: a number or the end of the phone, and the code. */

import { element } from "../../shell/elements.ts";
import { _ } from "../../shell/words.ts";
import { choiceField, textField } from "./fields.ts";
import type { NoCodeReason, Shown } from "./identification.ts";
import { noCodeReasons } from "./words.ts";

/** What a clerk gives for a hand-over without a code. */
export interface WithoutCode {
  readonly number: string;
  readonly reason: NoCodeReason;
  readonly note: string;
}

export interface IdentifyForm {
  readonly root: HTMLElement;
  /** Show what was scanned or typed in the field for codes. */
  readonly show: (shown: Shown) => void;
}

/** `given` gets what the fields hold; the texts are read like a scan, with spaces and dashes. */
export function identifyForm(
  given: (who: string, code: string) => void,
  withoutCode: (given: WithoutCode) => void,
): IdentifyForm {
  const who = textField(_("Order number, or the last four digits of the phone"), {
    inputmode: "numeric",
    maxlength: 40,
    required: true,
  });
  const code = textField(_("Code"), { inputmode: "numeric", maxlength: 12 });
  const form = element(
    "form",
    { class: "desk-form", "aria-label": _("Without a QR") },
    who.root,
    code.root,
    element("button", { type: "submit", class: "button" }, _("Open the hand-over")),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    given(who.input.value, code.input.value);
  });
  return {
    root: element("div", {}, form, withoutCodeForm(who.input, withoutCode)),
    show: ({ number, phone, code: known }) => {
      who.input.value = number || phone;
      code.input.value = known;
      if (number || phone) code.input.focus();
    },
  };
}

function withoutCodeForm(
  who: HTMLInputElement,
  withoutCode: (given: WithoutCode) => void,
): HTMLElement {
  const reason = choiceField(_("Why there is no code"), noCodeReasons());
  const note = textField(_("What the buyer showed instead"), { maxlength: 500 });
  const form = element(
    "form",
    { class: "desk-form" },
    reason.root,
    note.root,
    element("button", { type: "submit", class: "button quiet" }, _("Open without a code")),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    withoutCode({
      number: who.value.trim(),
      reason: reason.chosen(),
      note: note.input.value.trim(),
    });
  });
  return element("details", {}, element("summary", {}, _("The buyer has no code")), form);
}
