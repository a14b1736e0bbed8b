// Times: each tells, when pointed at, focused or tapped, what it is at its place and where the
// reader is; what is left and what has passed goes on by itself. Words come from the page.

const MINUTE_MS = 60_000;
const TIMES = "time[datetime*=T]";
const LINKED = "a, button, summary, label";
const EDGE_PX = 8;

const language = document.documentElement.lang;
const plural = new Intl.PluralRules(language);
/** Which of the forms of a word a number takes; English has two, Russian three. */
const FORMS = { one: 0, few: 1, many: 2, other: 2 };

/** The page's words for times. @type {DOMStringMap} */
let words = {};
/** How far the reader's clock is behind the server's. */
let offset = 0;
/** What has just run out, so that the page is asked for once. @type {Set<string>} */
const over = new Set();

const now = () => Date.now() + offset;

/**
 * `1 day 3 hours`: the two largest units, as the server says them.
 * @param {number} ms @param {string} [units] a word a unit, its forms between bars
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

/** Says again what is left, what has passed, and how old the page is. */
function tick() {
  for (const each of document.querySelectorAll("[data-until]")) {
    const left = Date.parse(each.dataset.until) - now();
    if (left > 0) put(each, span(left));
    else if (!over.has(each.dataset.until)) {
      over.add(each.dataset.until);
      document.dispatchEvent(new CustomEvent("gotovo:stale"));
    }
  }
  for (const each of document.querySelectorAll("[data-since]")) {
    put(each, span(now() - Date.parse(each.dataset.since), words.unitsAgo));
  }
  for (const each of document.querySelectorAll("[data-ago]")) {
    const age = now() - Date.parse(each.dataset.ago);
    const said = (words.saidAgo ?? "").replace("{span}", span(age, words.unitsAgo));
    put(each, age < MINUTE_MS ? (words.justNow ?? "") : said);
  }
}

function put(/** @type {Element} */ element, /** @type {string} */ text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Begins with a page, and again with each that takes its place. */
function begin() {
  const account = document.querySelector("#live");
  words = account?.dataset ?? {};
  const told = Date.parse(words.now ?? "");
  // A page that was kept was said a while ago, and tells nothing of the clock.
  const isKept = !navigator.onLine || document.querySelector(".kept-note") !== null;
  offset = isKept || Number.isNaN(told) ? 0 : told - Date.now();
  for (const each of document.querySelectorAll(TIMES)) {
    // By keyboard those of the story are reached: they tell how long each part lasted.
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
  tip ??= madeTip();
  tip.replaceChildren(...linesOf(time).map(lineOf));
  if (!tip.matches(":popover-open")) tip.showPopover?.();
  time.setAttribute("aria-describedby", tip.id);
  place();
}

/** Puts the tip over its time, or under it where there is no room above. */
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

function madeTip() {
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
  if (zone !== undefined) lines.push(filled(words.placeTime, moment(instant, zone)));
  if (zone !== here) lines.push(filled(words.yourTime, moment(instant, here)));
  const stretch = time.closest("[data-began]");
  if (stretch !== null) {
    const ended = stretch.getAttribute("data-ended");
    const until = ended === null ? now() : Date.parse(ended);
    const lasted = span(until - Date.parse(stretch.getAttribute("data-began") ?? ""));
    lines.push((ended === null ? words.lasting : words.lasted)?.replace("{span}", lasted) ?? "");
  }
  return lines;
}

function filled(/** @type {string | undefined} */ sentence, /** @type {string} */ said) {
  return (sentence ?? "").replace("{moment}", said);
}

function moment(/** @type {number} */ instant, /** @type {string} */ timeZone) {
  /** @type {Intl.DateTimeFormatOptions} */
  const shape = { day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" };
  const named = { ...shape, timeZone, timeZoneName: /** @type {const} */ ("shortOffset") };
  return new Intl.DateTimeFormat(language, named).format(instant);
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
