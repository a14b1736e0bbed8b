/** Fields of forms at the desk: large, with a label that is always seen. */

import { element } from "../../shell/elements.ts";

let fields = 0;

/** Return a text field with its label. */
export function textField(
  label: string,
  attributes: Readonly<Record<string, string | number | boolean>> = {},
): { readonly root: HTMLElement; readonly input: HTMLInputElement } {
  const id = freshId();
  const input = element("input", { id, type: "text", autocomplete: "off", ...attributes });
  return { root: field(id, label, input), input };
}

/** Return a choice of one of several words. */
export function choiceField<T extends string>(
  label: string,
  choices: readonly (readonly [T, string])[],
): { readonly root: HTMLElement; readonly chosen: () => T } {
  const id = freshId();
  const options = choices.map(([value, word]) => element("option", { value }, word));
  const select = element("select", { id }, ...options);
  return { root: field(id, label, select), chosen: () => select.value as T };
}

/** Return a button that does one thing. */
export function action(label: string, run: () => void, look = "button quiet"): HTMLButtonElement {
  const made = element("button", { type: "button", class: look }, label);
  made.addEventListener("click", run);
  return made;
}

function field(id: string, label: string, input: HTMLElement): HTMLElement {
  return element("div", { class: "desk-field" }, element("label", { for: id }, label), input);
}

function freshId(): string {
  fields += 1;
  return `field-${fields}`;
}
