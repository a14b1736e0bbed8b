/** Elements of a page, made without markup: text can never become an element. */

export type Child = Node | string | null | undefined | false;

/** An attribute; `true` writes its name alone, `false` and `undefined` leave it out. */
export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** Return an element with its attributes and children. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  write(made, attributes);
  made.append(...present(children));
  return made;
}

/** Replace what is in an element. */
export function fill(parent: Element, ...children: readonly Child[]): void {
  parent.replaceChildren(...present(children));
}

/** Write attributes of any element. */
export function write(target: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    target.setAttribute(name, value === true ? "" : String(value));
  }
}

function present(children: readonly Child[]): (Node | string)[] {
  return children.filter((each): each is Node | string => each instanceof Node || Boolean(each));
}
