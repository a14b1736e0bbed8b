// Puts a newer page in the place of an older one without taking anything from whoever is reading:
// focus, what is unfolded, where the eye rests, what is being typed.
//
// Parts of a page bear `data-live`, a name that stays the same from one state to the next; and
// `data-news`, what is to be said when the part has changed.

const CHANGED = "is-changed";
const CHANGED_MS = 2_600;
const FIELDS = "input:not([type=hidden]), textarea, select";
const TEXTUAL = "textarea, select, [contenteditable], input:not([type=submit]):not([type=button])";
/** What goes on by itself, and so says nothing of a change. */
const TICKING = "[data-until], [data-since], [data-ago]";

/** @typedef {Map<string, { text: string, news: string }>} Parts */

/** Whether somebody is in the middle of something that a new page would take away. */
export function isTypedInto(/** @type {Element} */ part) {
  const focused = document.activeElement;
  if (part.contains(focused) && focused?.matches(TEXTUAL)) return true;
  if (part.querySelector(":popover-open, dialog[open], [data-grown]")) return true;
  return [...part.querySelectorAll(FIELDS)].some(isChanged);
}

function isChanged(/** @type {any} */ field) {
  if (field.type === "checkbox" || field.type === "radio") {
    return field.checked !== field.defaultChecked;
  }
  if (field.localName === "select") {
    const options = [...field.options];
    const isGiven = options.some((option) => option.defaultSelected);
    return options.some((option, place) => {
      return option.selected !== (isGiven ? option.defaultSelected : place === 0);
    });
  }
  return field.value !== field.defaultValue;
}

/**
 * Puts the whole in place.
 * @param {Element} old @param {Element} fresh
 * @returns {{ news: string[], isAll: boolean } | null} what to say; null where nothing has changed
 */
export function replaced(old, fresh) {
  const before = partsOf(old);
  const after = partsOf(fresh);
  const changed = namesChanged(before, after);
  if (changed.length === 0) {
    take(old.querySelector("#live"), fresh.querySelector("#live"));
    return null;
  }
  const place = placeOf(old);
  old.replaceWith(document.adoptNode(fresh));
  place.restore(fresh);
  highlight(fresh, changed);
  return { news: newsOf(changed, before, after), isAll: true };
}

/**
 * Puts only those parts in place that nobody is typing in.
 * @param {Element} old @param {Element} fresh
 * @returns {{ news: string[], isAll: boolean } | null} `isAll`: nothing newer is missing
 */
export function patched(old, fresh) {
  const before = partsOf(old);
  const after = partsOf(fresh);
  const changed = namesChanged(before, after);
  take(old.querySelector("#live"), fresh.querySelector("#live"));
  if (changed.length === 0) return null;
  const anchor = anchorOf(old);
  patch(old, fresh, new Set(changed));
  anchor(old);
  highlight(old, changed);
  const isAll = namesChanged(partsOf(old), after).length === 0;
  return { news: newsOf(changed, before, after), isAll };
}

/** @param {Element} old @param {Element} fresh @param {Set<string>} changed */
function patch(old, fresh, changed) {
  for (const part of children(old)) {
    const newer = named(fresh, part.dataset.live);
    if (newer === null) continue;
    const all = [part, ...part.querySelectorAll("[data-live]")];
    const touched = all.some((each) => changed.has(each.dataset.live));
    if (isTypedInto(part)) patch(part, newer, changed);
    else if (touched) part.replaceWith(document.adoptNode(newer));
  }
}

/** The parts directly within. @returns {HTMLElement[]} */
function children(/** @type {Element} */ root) {
  const within = /** @type {HTMLElement[]} */ ([...root.querySelectorAll("[data-live]")]);
  const around = root.closest("[data-live]");
  return within.filter((part) => part.parentElement?.closest("[data-live]") === around);
}

function named(/** @type {Element} */ root, /** @type {string | undefined} */ name) {
  return root.querySelector(`[data-live="${CSS.escape(name ?? "")}"]`);
}

/** @returns {Parts} */
function partsOf(/** @type {Element} */ root) {
  const parts = new Map();
  for (const part of root.querySelectorAll("[data-live]")) {
    if (part.closest("[data-grown] > .is-new") !== null) continue; // No newer page has it.
    const text = ownText(part);
    parts.set(part.dataset.live, { text, news: part.dataset.news ?? "" });
  }
  return parts;
}

/** What a part says, without the parts within and without what goes on by itself. */
function ownText(/** @type {Element} */ part) {
  const shown = NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT;
  const walker = document.createTreeWalker(part, shown, (node) => {
    if (node.nodeType === Node.TEXT_NODE) return NodeFilter.FILTER_ACCEPT;
    const isOther = /** @type {Element} */ (node).matches(`[data-live], ${TICKING}`);
    return isOther ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_SKIP;
  });
  let text = "";
  while (walker.nextNode()) text += walker.currentNode.nodeValue;
  return text.replace(/\s+/g, " ").trim();
}

/** @param {Parts} before @param {Parts} after @returns {string[]} */
function namesChanged(before, after) {
  const gone = [...before.keys()].filter((name) => !after.has(name));
  const other = [...after].filter(([name, part]) => before.get(name)?.text !== part.text);
  return [...other.map(([name]) => name), ...gone];
}

/** @param {string[]} changed @param {Parts} before @param {Parts} after */
function newsOf(changed, before, after) {
  const said = changed.map((name) => after.get(name)?.news ?? "");
  const known = new Set([...before.values()].map((part) => part.news));
  return [...new Set(said)].filter((news) => news !== "" && !known.has(news));
}

function highlight(/** @type {Element} */ root, /** @type {string[]} */ changed) {
  for (const name of changed) {
    const part = named(root, name);
    part?.classList.add(CHANGED);
    setTimeout(() => part?.classList.remove(CHANGED), CHANGED_MS);
  }
}

/** Puts a copy of the newer of two elements in place. */
function take(/** @type {Element | null} */ old, /** @type {Element | null} */ fresh) {
  if (old !== null && fresh !== null) old.replaceWith(document.adoptNode(fresh.cloneNode(true)));
}

/** Remembers where somebody is on a page, to bring them there again. */
function placeOf(/** @type {Element} */ old) {
  const active = document.activeElement;
  const focused = old.contains(active) ? addressOf(old, active) : null;
  const details = [...old.querySelectorAll("details")];
  const folds = details.map((fold) => [addressOf(old, fold), fold.open]);
  const anchor = anchorOf(old);
  return {
    restore(/** @type {Element} */ fresh) {
      for (const [address, isOpen] of folds) {
        const fold = at(fresh, address);
        if (fold !== null) fold.open = isOpen;
      }
      at(fresh, focused)?.focus({ preventScroll: true });
      anchor(fresh);
    },
  };
}

/** Remembers what stands at the top of the window; returns what puts it there again. */
function anchorOf(/** @type {Element} */ root) {
  const parts = [...root.querySelectorAll("[data-live]")];
  const first = parts.find((part) => part.getBoundingClientRect().bottom > 0);
  const name = first?.dataset.live;
  const top = first?.getBoundingClientRect().top ?? 0;
  const y = scrollY;
  return (/** @type {Element} */ fresh) => {
    const part = y > 0 ? named(fresh, name) : null;
    const moved = part ? scrollY + part.getBoundingClientRect().top - top : y;
    scrollTo({ top: moved, behavior: "instant" });
  };
}

/** What an element is known by from one state of a page to the next, and which of those it is. */
function addressOf(/** @type {Element} */ root, /** @type {any} */ element) {
  const key = keyOf(element);
  const alike = [...root.querySelectorAll(element.localName)].filter((x) => keyOf(x) === key);
  return { tag: element.localName, key, index: alike.indexOf(element) };
}

function at(/** @type {Element} */ root, /** @type {any} */ address) {
  if (address === null) return null;
  const alike = [...root.querySelectorAll(address.tag)].filter((x) => keyOf(x) === address.key);
  return alike[address.index] ?? null;
}

function keyOf(/** @type {any} */ element) {
  const form = element.form?.getAttribute("action") ?? "";
  const own = element.id || element.getAttribute("name") || element.getAttribute("href");
  const part = element.closest("[data-live]")?.dataset.live ?? "";
  return [part, form, own || element.className.replace(CHANGED, "").trim()].join("\n");
}
