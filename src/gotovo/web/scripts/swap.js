// Replaces a page by a newer version of itself and preserves the reader's state: focus, unfolded
// details, scroll position and typed text.
//
// Parts of a page have `data-live`, a name that is the same in every version; and
// `data-announcement`, what to announce when the part has changed.

const CHANGED = "is-changed";
const CHANGED_MS = 2_600;
const FIELDS = "input:not([type=hidden]), textarea, select";
const TEXTUAL = "textarea, select, [contenteditable], input:not([type=submit]):not([type=button])";
/** Texts that a script counts on; they are no change. */
const TICKING = "[data-until], [data-since], [data-ago]";

/** @typedef {Map<string, { text: string, announcement: string }>} Parts */
/** `isComplete`: every part is now as in the newer version. */
/** @typedef {{ announcements: string[], isComplete: boolean }} Update */

/** Whether the part holds input, focus or an open dialog that a new version would destroy. */
export function isEditing(/** @type {Element} */ part) {
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
 * Replaces everything.
 * @param {Element} old @param {Element} fresh
 * @returns {Update | null} null where nothing has changed
 */
export function replacePage(old, fresh) {
  const before = partsOf(old);
  const after = partsOf(fresh);
  const changed = namesChanged(before, after);
  if (changed.length === 0) {
    replaceByCopy(old.querySelector("#live"), fresh.querySelector("#live"));
    return null;
  }
  const state = stateOf(old);
  old.replaceWith(document.adoptNode(fresh));
  state.restore(fresh);
  highlight(fresh, changed);
  return { announcements: announcementsOf(changed, before, after), isComplete: true };
}

/**
 * Replaces the changed parts that are not being edited.
 * @param {Element} old @param {Element} fresh
 * @returns {Update | null} null where nothing has changed
 */
export function patchParts(old, fresh) {
  const before = partsOf(old);
  const after = partsOf(fresh);
  const changed = namesChanged(before, after);
  replaceByCopy(old.querySelector("#live"), fresh.querySelector("#live"));
  if (changed.length === 0) return null;
  const anchor = anchorOf(old);
  patch(old, fresh, new Set(changed));
  anchor(old);
  highlight(old, changed);
  const isComplete = namesChanged(partsOf(old), after).length === 0;
  return { announcements: announcementsOf(changed, before, after), isComplete };
}

/** @param {Element} old @param {Element} fresh @param {Set<string>} changed */
function patch(old, fresh, changed) {
  for (const part of children(old)) {
    const newer = partNamed(fresh, part.dataset.live);
    if (newer === null) continue;
    const all = [part, ...part.querySelectorAll("[data-live]")];
    const isChangedInside = all.some((each) => changed.has(each.dataset.live));
    if (isEditing(part)) patch(part, newer, changed);
    else if (isChangedInside) part.replaceWith(document.adoptNode(newer));
  }
}

/** The parts directly inside. @returns {HTMLElement[]} */
function children(/** @type {Element} */ root) {
  const inner = /** @type {HTMLElement[]} */ ([...root.querySelectorAll("[data-live]")]);
  const around = root.closest("[data-live]");
  return inner.filter((part) => part.parentElement?.closest("[data-live]") === around);
}

function partNamed(/** @type {Element} */ root, /** @type {string | undefined} */ name) {
  return root.querySelector(`[data-live="${CSS.escape(name ?? "")}"]`);
}

/** @returns {Parts} */
function partsOf(/** @type {Element} */ root) {
  const parts = new Map();
  for (const part of root.querySelectorAll("[data-live]")) {
    if (part.closest("[data-grown] > .is-new") !== null) continue; // Not on the fetched page.
    const text = ownText(part);
    parts.set(part.dataset.live, { text, announcement: part.dataset.announcement ?? "" });
  }
  return parts;
}

/** The text of a part, without the parts inside it and without ticking texts. */
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
function announcementsOf(changed, before, after) {
  const texts = changed.map((name) => after.get(name)?.announcement ?? "");
  const known = new Set([...before.values()].map((part) => part.announcement));
  return [...new Set(texts)].filter((text) => text !== "" && !known.has(text));
}

function highlight(/** @type {Element} */ root, /** @type {string[]} */ changed) {
  for (const name of changed) {
    const part = partNamed(root, name);
    part?.classList.add(CHANGED);
    setTimeout(() => part?.classList.remove(CHANGED), CHANGED_MS);
  }
}

/** Replaces an element by a copy of its newer version. */
function replaceByCopy(/** @type {Element | null} */ old, /** @type {Element | null} */ fresh) {
  if (old !== null && fresh !== null) old.replaceWith(document.adoptNode(fresh.cloneNode(true)));
}

/** Remembers focus, unfolded details and scroll position, to restore them. */
function stateOf(/** @type {Element} */ old) {
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

/** Remembers the part at the top of the window; returns a function that scrolls it back there. */
function anchorOf(/** @type {Element} */ root) {
  const parts = [...root.querySelectorAll("[data-live]")];
  const first = parts.find((part) => part.getBoundingClientRect().bottom > 0);
  const name = first?.dataset.live;
  const top = first?.getBoundingClientRect().top ?? 0;
  const y = scrollY;
  return (/** @type {Element} */ fresh) => {
    const part = y > 0 ? partNamed(fresh, name) : null;
    const target = part ? scrollY + part.getBoundingClientRect().top - top : y;
    scrollTo({ top: target, behavior: "instant" });
  };
}

/** Identifies an element across versions of a page: tag, key, and index among equals. */
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
