// Keeps an open page true: hears that an order has news, fetches the same page again, and puts
// what has changed in its place. Who looks at the page loses nothing: neither focus nor typing.

import { isTypedInto, patched, replaced } from "./swap.js";
import { pageOf } from "./trusted.js";

/** What the stream says at least every fifteen seconds; twice missed, the line is dead. */
const SILENCE_MS = 35_000;
/** How long a line may be broken before it is said. */
const BROKEN_MS = 10_000;
/** A page in the background lets go of its line, for a browser has only a handful of them. */
const HIDDEN_MS = 10_000;
/** How long a form that was sent may take to lead to another page. */
const LEAVING_MS = 15_000;
/** Pauses between tries of a line or a page that can't be had. */
const PAUSES_MS = [1_000, 2_000, 5_000, 10_000, 30_000];

/** When and with which cursor the page was read. @returns {HTMLElement | null} */
const account = () => document.querySelector("#live");

/** @type {EventSource | null} */
let stream = null;
let isAfterBreak = false;
let tries = 0;
let aliveAt = Date.now();
let isLeaving = false;
let isFetching = false;
let isStale = false;
let silence = 0;
let broken = 0;
let hidden = 0;
let later = 0;

/** Where changes are said; it outlives the contents of the page. @type {HTMLElement} */
let voice;

function open() {
  clearTimeout(later);
  if (stream !== null || document.hidden) return;
  stream = new EventSource(`/orders/live?after=${account()?.dataset.cursor ?? ""}`);
  stream.addEventListener("open", () => {
    heard();
    tries = 0;
    if (isAfterBreak) refresh();
    isAfterBreak = false;
  });
  stream.addEventListener("order", () => {
    heard();
    refresh();
  });
  stream.addEventListener("beat", heard);
  stream.addEventListener("over", () => location.reload());
  stream.addEventListener("error", () => failed());
}

function close() {
  stream?.close();
  stream = null;
  clearTimeout(silence);
}

/** The line is alive. */
function heard() {
  aliveAt = Date.now();
  clearTimeout(broken);
  broken = 0;
  clearTimeout(silence);
  silence = setTimeout(() => failed(true), SILENCE_MS);
  if (voice.dataset.kind === "broken") say("", "");
}

/** The line is broken: the browser comes again by itself, save after an answer that forbids it. */
function failed(isSilent = false) {
  isAfterBreak = true;
  if (broken === 0) broken = setTimeout(sayBroken, BROKEN_MS);
  if (!isSilent && stream?.readyState !== EventSource.CLOSED) return;
  close();
  later = setTimeout(open, PAUSES_MS[Math.min(tries, PAUSES_MS.length - 1)]);
  tries += 1;
}

function sayBroken() {
  const shape = { hour: "2-digit", minute: "2-digit" };
  const time = new Intl.DateTimeFormat(document.documentElement.lang, shape).format(aliveAt);
  say("broken", (account()?.dataset.broken ?? "").replace("{time}", time));
}

/** Fetches the page as it is now; news that come meanwhile make it do so once more. */
async function refresh() {
  isStale = true;
  if (isFetching || isLeaving) return;
  isFetching = true;
  try {
    for (let failures = 0; isStale && !isLeaving && !document.hidden; ) {
      isStale = false;
      try {
        await fetched();
        failures = 0;
      } catch {
        isStale = true;
        const pause = PAUSES_MS[Math.min(failures, PAUSES_MS.length - 1)];
        failures += 1;
        await new Promise((done) => setTimeout(done, pause));
      }
    }
  } finally {
    isFetching = false;
  }
}

async function fetched() {
  const answer = await fetch(location.pathname + location.search, {
    headers: { accept: "text/html" },
    cache: "no-store",
  });
  if (answer.redirected || answer.status === 401 || answer.status === 404) {
    isLeaving = true;
    location.reload(); // Signed out, or gone: the server says it better.
    return;
  }
  if (!answer.ok) throw new Error(String(answer.status));
  const page = pageOf(await answer.text());
  if (isLeaving || page.querySelector("#live") === null) return;
  await show(page);
}

/** @param {Document} page */
async function show(page) {
  const main = document.querySelector("main");
  const fresh = page.querySelector("main");
  const keep = isTypedInto(main);
  /** @type {{ news: string[], isAll: boolean } | null} */
  let told = null;
  const swap = () => {
    told = keep ? patched(main, fresh) : replaced(main, fresh);
    document.title = page.title;
    document.dispatchEvent(new CustomEvent("gotovo:shown"));
  };
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (document.startViewTransition && !calm && !keep) {
    const transition = document.startViewTransition(swap);
    transition.ready.catch(() => undefined); // Skipped, where the page is hidden meanwhile.
    await transition.updateCallbackDone;
  } else {
    swap();
  }
  const words = account()?.dataset ?? {};
  if (told === null) return;
  if (!told.isAll) say("news", words.there ?? "", location.pathname + location.search);
  else say("told", told.news.slice(0, 3).join(" ") || (words.updated ?? ""));
}

/**
 * @param {"" | "broken" | "news" | "told"} kind
 * @param {string} text
 * @param {string} [path] where the text leads
 */
function say(kind, text, path) {
  voice.dataset.kind = kind;
  if (path === undefined) {
    voice.textContent = text;
    return;
  }
  const link = document.createElement("a");
  link.href = path;
  link.textContent = text;
  voice.replaceChildren(link);
}

function begin() {
  voice = document.createElement("p");
  voice.className = "live-voice";
  voice.setAttribute("role", "status");
  document.body.append(voice);
  addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    isLeaving = true;
    setTimeout(stay, LEAVING_MS);
  });
  addEventListener("pageshow", (event) => {
    isLeaving = false;
    if (event.persisted) wake();
  });
  addEventListener("pagehide", close);
  addEventListener("online", wake);
  document.addEventListener("gotovo:stale", () => refresh());
  document.addEventListener("visibilitychange", () => {
    clearTimeout(hidden);
    if (document.hidden) hidden = setTimeout(sleep, HIDDEN_MS);
    else wake();
  });
  open();
}

/** The form that was sent has led nowhere: perhaps the network is gone. */
function stay() {
  isLeaving = false;
  if (isStale) refresh();
}

function sleep() {
  close();
  isAfterBreak = true;
}

function wake() {
  if (isStale) refresh();
  if (stream === null) open();
}

if (account() !== null) begin();
