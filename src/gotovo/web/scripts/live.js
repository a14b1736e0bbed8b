// Live updates of an open page: on an event of the stream the same page is fetched again, and the
// parts that have changed are replaced. Focus and typed text survive.

import { isEditing, patchParts, replacePage } from "./swap.js";
import { pageOf } from "./trusted.js";

/** The stream sends a heartbeat every fifteen seconds; after two missing ones it is dead. */
const SILENCE_MS = 35_000;
/** How long a connection may be lost before the page says so. */
const BROKEN_MS = 10_000;
/** A page in the background closes its stream: a browser allows only a few connections. */
const HIDDEN_MS = 10_000;
/** How long a submitted form may take to load another page. */
const LEAVING_MS = 15_000;
/** Pauses between attempts to connect or to fetch the page. */
const PAUSES_MS = [1_000, 2_000, 5_000, 10_000, 30_000];

/** The element with the cursor and the words of live updates. @returns {HTMLElement | null} */
const liveElement = () => document.querySelector("#live");

/** @type {EventSource | null} */
let stream = null;
let isAfterBreak = false;
let attempts = 0;
let aliveAt = Date.now();
let isLeaving = false;
let isFetching = false;
let isStale = false;
let silenceTimer = 0;
let brokenTimer = 0;
let hiddenTimer = 0;
let reconnectTimer = 0;

/** Announces changes; it outlives the contents of the page. @type {HTMLElement} */
let statusLine;

function open() {
  clearTimeout(reconnectTimer);
  if (stream !== null || document.hidden) return;
  stream = new EventSource(`/orders/live?after=${liveElement()?.dataset.cursor ?? ""}`);
  stream.addEventListener("open", () => {
    markAlive();
    attempts = 0;
    if (isAfterBreak) refresh();
    isAfterBreak = false;
  });
  stream.addEventListener("order", () => {
    markAlive();
    refresh();
  });
  stream.addEventListener("beat", markAlive);
  stream.addEventListener("over", () => location.reload());
  stream.addEventListener("error", () => failed());
}

function close() {
  stream?.close();
  stream = null;
  clearTimeout(silenceTimer);
}

/** The stream is alive. */
function markAlive() {
  aliveAt = Date.now();
  clearTimeout(brokenTimer);
  brokenTimer = 0;
  clearTimeout(silenceTimer);
  silenceTimer = setTimeout(() => failed(true), SILENCE_MS);
  if (statusLine.dataset.kind === "broken") announce("", "");
}

/** The connection failed: the browser reconnects by itself, except after an error response. */
function failed(isSilent = false) {
  isAfterBreak = true;
  if (brokenTimer === 0) brokenTimer = setTimeout(announceBroken, BROKEN_MS);
  if (!isSilent && stream?.readyState !== EventSource.CLOSED) return;
  close();
  reconnectTimer = setTimeout(open, PAUSES_MS[Math.min(attempts, PAUSES_MS.length - 1)]);
  attempts += 1;
}

function announceBroken() {
  const shape = { hour: "2-digit", minute: "2-digit" };
  const time = new Intl.DateTimeFormat(document.documentElement.lang, shape).format(aliveAt);
  announce("broken", (liveElement()?.dataset.broken ?? "").replace("{time}", time));
}

/** Fetches the page again; an event that arrives meanwhile makes it do so once more. */
async function refresh() {
  isStale = true;
  if (isFetching || isLeaving) return;
  isFetching = true;
  try {
    for (let failures = 0; isStale && !isLeaving && !document.hidden; ) {
      isStale = false;
      try {
        await fetchPage();
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

async function fetchPage() {
  const response = await fetch(location.pathname + location.search, {
    headers: { accept: "text/html" },
    cache: "no-store",
    redirect: "manual",
  });
  if (response.type === "opaqueredirect" || response.status === 401 || response.status === 404) {
    isLeaving = true;
    location.reload(); // Signed out, or not found: the server's page explains it.
    return;
  }
  if (!response.ok) throw new Error(String(response.status));
  const page = pageOf(await response.text());
  if (isLeaving || page.querySelector("#live") === null) return;
  await show(page);
}

/** @param {Document} page */
async function show(page) {
  const main = document.querySelector("main");
  const fresh = page.querySelector("main");
  const isBusy = isEditing(main);
  /** @type {{ announcements: string[], isComplete: boolean } | null} */
  let update = null;
  const swap = () => {
    update = isBusy ? patchParts(main, fresh) : replacePage(main, fresh);
    document.title = page.title;
    document.dispatchEvent(new CustomEvent("gotovo:shown"));
  };
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (document.startViewTransition && !calm && !isBusy) {
    const transition = document.startViewTransition(swap);
    transition.ready.catch(() => undefined); // Skipped, where the page is hidden meanwhile.
    await transition.updateCallbackDone;
  } else {
    swap();
  }
  const words = liveElement()?.dataset ?? {};
  if (update === null) return;
  if (!update.isComplete) announce("newer", words.there ?? "", location.pathname + location.search);
  else announce("updated", update.announcements.slice(0, 3).join(" ") || (words.updated ?? ""));
}

/**
 * @param {"" | "broken" | "newer" | "updated"} kind
 * @param {string} text
 * @param {string} [path] where the text leads
 */
function announce(kind, text, path) {
  statusLine.dataset.kind = kind;
  if (path === undefined) {
    statusLine.textContent = text;
    return;
  }
  const link = document.createElement("a");
  link.href = path;
  link.textContent = text;
  statusLine.replaceChildren(link);
}

function begin() {
  statusLine = document.createElement("p");
  statusLine.className = "live-status";
  statusLine.setAttribute("role", "status");
  document.body.append(statusLine);
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
    clearTimeout(hiddenTimer);
    if (document.hidden) hiddenTimer = setTimeout(sleep, HIDDEN_MS);
    else wake();
  });
  open();
}

/** The submitted form has loaded no page: perhaps the network is gone. */
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

if (liveElement() !== null) begin();
