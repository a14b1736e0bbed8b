// Times: each shows in a tooltip what it is at the point and where the reader is; durations until
// and since an instant are counted on. The words come from the page.

const MINUTE_MS = 60_000;
const TIMES = "time[datetime*=T]";
const LINKED = "a, button, summary, label";
const EDGE_PX = 8;

const language = document.documentElement.lang;
const plural = new Intl.PluralRules(language);
/** Index of the plural form by category; English has two forms, Russian three. */
const FORMS = { one: 0, few: 1, many: 2, other: 2 };

/** The page's words for times. @type {DOMStringMap} */
let words = {};
/** How far the reader's clock is behind the server's. */
let offset = 0;
/** Instants that have passed, so that each makes the page refresh once. @type {Set<string>} */
const passed = new Set();

const now = () => Date.now() + offset;

/**
 * `1 day 3 hours`: the two largest units, as the server formats them.
 * @param {number} ms @param {string} [units] one word per unit, its forms separated by bars
 */
function span(ms, units = words.units ?? "") {
  const minutes = Math.max(1, Math.floor(ms / MINUTE_MS));
  const counts = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60];
  const forms = units.split(",").map((unit) => unit.split("|"));
  const first = counts.findIndex((count) => count > 0);
  return [first, first + 1]
    .filter((unit) => counts[unit] > 0)
    .map((unit) => `${counts[unit]}\u00a0${form(forms[unit] ?? [], counts[unit])}`)
    .join(" ");
}

function form(/** @type {string[]} */ forms, /** @type {number} */ count) {
  return forms[Math.min(FORMS[plural.select(count)] ?? 2, forms.length - 1)] ?? "";
}

/** Updates what is left, what has passed, and how old the page is. */
function tick() {
  for (const each of document.querySelectorAll("[data-until]")) {
    const left = Date.parse(each.dataset.until) - now();
    if (left > 0) put(each, span(left));
    else if (!passed.has(each.dataset.until)) {
      passed.add(each.dataset.until);
      document.dispatchEvent(new CustomEvent("gotovo:stale"));
    }
  }
  for (const each of document.querySelectorAll("[data-since]")) {
    put(each, span(now() - Date.parse(each.dataset.since), words.unitsAgo));
  }
  for (const each of document.querySelectorAll("[data-ago]")) {
    const age = now() - Date.parse(each.dataset.ago);
    const text = (words.updatedAgo ?? "").replace("{span}", span(age, words.unitsAgo));
    put(each, age < MINUTE_MS ? (words.justNow ?? "") : text);
  }
}

function put(/** @type {Element} */ element, /** @type {string} */ text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Starts on a page, and again on each version that replaces it. */
function begin() {
  const live = document.querySelector("#live");
  words = live?.dataset ?? {};
  const serverNow = Date.parse(words.now ?? "");
  // A cached page is old, so its time says nothing about the clocks.
  const isCached = !navigator.onLine || document.querySelector(".cached-note") !== null;
  offset = isCached || Number.isNaN(serverNow) ? 0 : serverNow - Date.now();
  for (const each of document.querySelectorAll(TIMES)) {
    // The times of the story can be focused, as their tooltips say how long each stage lasted.
    const isOfStory = each.closest("[data-began]") !== null && each.closest(LINKED) === null;
    if (words.placeTime !== undefined && isOfStory) each.tabIndex = 0;
  }
  hide();
  tick();
}

/** @type {HTMLElement | null} */
let tip = null;
/** @type {Element | null} */
let pointed = null;

function show(/** @type {HTMLTimeElement} */ time) {
  if (words.placeTime === undefined || pointed === time) return;
  pointed = time;
  tip ??= createTip();
  tip.replaceChildren(...linesOf(time).map(lineOf));
  if (!tip.matches(":popover-open")) tip.showPopover?.();
  time.setAttribute("aria-describedby", tip.id);
  place();
}

/** Puts the tooltip above its time, or below it where there is no room above. */
function place() {
  if (tip === null || pointed === null) return;
  const box = pointed.getBoundingClientRect();
  const own = tip.getBoundingClientRect();
  const above = box.top - own.height - EDGE_PX;
  const widest = document.documentElement.clientWidth - own.width - EDGE_PX;
  tip.style.left = `${Math.max(EDGE_PX, Math.min(box.left, widest))}px`;
  tip.style.top = `${above > EDGE_PX ? above : box.bottom + EDGE_PX}px`;
}

function hide() {
  pointed?.removeAttribute("aria-describedby");
  pointed = null;
  if (tip?.matches(":popover-open")) tip.hidePopover();
}

function createTip() {
  const made = document.createElement("div");
  made.id = "time-tip";
  made.className = "time-tip";
  made.setAttribute("role", "tooltip");
  made.popover = "manual";
  document.body.append(made);
  return made;
}

/** @returns {string[]} */
function linesOf(/** @type {HTMLTimeElement} */ time) {
  const instant = Date.parse(time.dateTime);
  const zone = time.closest("[data-zone]")?.getAttribute("data-zone") ?? undefined;
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const lines = [];
  if (zone !== undefined) lines.push(fill(words.placeTime, moment(instant, zone)));
  if (zone !== here) lines.push(fill(words.yourTime, moment(instant, here)));
  const period = time.closest("[data-began]");
  if (period !== null) {
    const ended = period.getAttribute("data-ended");
    const until = ended === null ? now() : Date.parse(ended);
    const lasted = span(until - Date.parse(period.getAttribute("data-began") ?? ""));
    lines.push((ended === null ? words.lasting : words.lasted)?.replace("{span}", lasted) ?? "");
  }
  return lines;
}

function fill(/** @type {string | undefined} */ sentence, /** @type {string} */ text) {
  return (sentence ?? "").replace("{moment}", text);
}

function moment(/** @type {number} */ instant, /** @type {string} */ timeZone) {
  /** @type {Intl.DateTimeFormatOptions} */
  const shape = { day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" };
  const options = { ...shape, timeZone, timeZoneName: /** @type {const} */ ("shortOffset") };
  return new Intl.DateTimeFormat(language, options).format(instant);
}

function lineOf(/** @type {string} */ text) {
  const line = document.createElement("span");
  line.textContent = text;
  return line;
}

const timeOf = (/** @type {any} */ target) => target.closest?.(TIMES) ?? null;

document.addEventListener("pointerover", (event) => {
  const time = timeOf(event.target);
  if (time !== null && event.pointerType === "mouse") show(time);
  else if (pointed !== document.activeElement && event.pointerType === "mouse") hide();
});
document.addEventListener("focusin", (event) => {
  const time = timeOf(event.target);
  if (time !== null) show(time);
  else hide();
});
document.addEventListener("click", (event) => {
  const time = timeOf(event.target);
  if (time !== null && time.closest(LINKED) === null) show(time);
  else hide();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") hide();
});
addEventListener("scroll", place, { passive: true });
document.addEventListener("gotovo:shown", begin);
begin();
setInterval(tick, 10_000);
