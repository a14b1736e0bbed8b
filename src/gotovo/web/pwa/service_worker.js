// The site without a network: the list and the orders as they were last seen, with their codes,
// and how old that is. What belongs to a person is kept for that person only: it is dropped when
// they sign out and as soon as a page comes that is somebody else's or nobody's.
//
// SHELL is written above this file by the server: what every page needs, and its version.

const SHELL_CACHE = `shell-${SHELL.version}`;
const PAGES_CACHE = "pages";

/** How long a network may be silent before what is kept is shown. */
const PATIENCE_MS = 4_000;
/** Orders at the head of the list that are fetched beside it, so that their codes are at hand. */
const AHEAD = 3;
const AHEAD_AGAIN_MS = 10 * 60_000;

/** Whose page it is: a keyed digest, or `none` when nobody is signed in. Set by every page. */
const ACCOUNT = "x-gotovo-account";
const KEPT_AT = "x-gotovo-kept-at";
const OWNER = "/app/owner";

const KEPT_PATHS = /^\/orders(\/\d{12})?$/;
const HASHED_PATHS = /^\/(scripts|look)\/[0-9a-f]{16}/;

/** Counts how often everything was dropped: what was asked for before is not kept after. */
let drops = 0;

/** The last of what changes the kept pages: one after the other, or one would undo another. */
let last = Promise.resolve();

function inTurn(work) {
  const done = last.then(work);
  last = done.catch(() => {});
  return done;
}

self.addEventListener("install", (event) => {
  event.waitUntil(fill().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(tidy().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    event.respondWith(request.method === "GET" ? opened(event, url) : sent(event, url));
  } else if (request.method === "GET" && HASHED_PATHS.test(url.pathname)) {
    event.respondWith(caches.match(request).then((found) => found ?? fetch(request)));
  } else if (request.method === "GET" && isKept(url)) {
    event.respondWith(asked(event, url));
  }
});

self.addEventListener("push", (event) => {
  const { title, body, path, tag } = event.data.json();
  const icon = "/app/icon-192.png";
  const said = { body, icon, tag, data: path };
  event.waitUntil(self.registration.showNotification(title, said));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  // Only ever a path of ours, whatever a message says.
  const address = new URL(event.notification.data ?? "/orders", self.location.origin);
  const isOurs = address.origin === self.location.origin;
  event.waitUntil(self.clients.openWindow(isOurs ? address.href : "/orders"));
});

/** Gets what every page needs, and the page for what was never kept, in each language. */
async function fill() {
  const shell = await caches.open(SHELL_CACHE);
  await shell.addAll(SHELL.files);
  for (const language of SHELL.languages) {
    const headers = { "accept-language": language };
    const page = await fetch("/offline", { credentials: "omit", headers });
    if (!page.ok) throw new Error(`/offline: ${page.status}`);
    await shell.put(`/offline/${language}`, await copied(page));
  }
}

/** Drops older shells but the last: pages kept under it still name its files. */
async function tidy() {
  const shells = (await caches.keys()).filter((name) => name.startsWith("shell-"));
  const old = shells.filter((name) => name !== SHELL_CACHE).slice(0, -1);
  await Promise.all(old.map((name) => caches.delete(name)));
}

/** A page that a person opens. */
async function opened(event, url) {
  const kept = await keptAt(url.pathname);
  const answer = asked(event, url);
  try {
    return await (kept ? Promise.race([answer, patience()]) : answer);
  } catch {
    answer.catch(() => {}); // It may come still, and is kept then.
    return kept ? told(kept) : missing();
  }
}

/** A form: there is nothing to show in its place, and nothing is sent later. */
async function sent(event, url) {
  if (url.pathname === "/sign-out") {
    event.waitUntil(unsubscribe().catch(() => {}));
    await drop();
  }
  try {
    const answer = await fetch(event.request);
    // What was under way when the session ended may have been kept since.
    if (url.pathname === "/sign-out") await drop();
    return answer;
  } catch {
    return missing();
  }
}

/** Lets this browser be told nothing any more. */
async function unsubscribe() {
  const subscription = await self.registration.pushManager?.getSubscription();
  await subscription?.unsubscribe();
}

/** Asks the network, and keeps what comes for whom it belongs to. */
function asked(event, url) {
  const before = drops;
  const answer = fetch(event.request);
  const kept = answer.then((page) => {
    const copy = page.clone();
    return inTurn(() => noted(copy, url, before));
  });
  event.waitUntil(kept.then((isList) => isList && ahead()).catch(() => {}));
  return answer;
}

/**
 * Looks whose page came; keeps it, or drops what is somebody else's.
 * @returns whether the list was kept
 */
async function noted(page, url, before) {
  const whose = page.headers.get(ACCOUNT);
  if (page.type !== "basic" || !whose) return false;
  if (whose !== "none" && before !== drops) return false; // What is nobody's always drops the rest.
  const isNew = whose !== (await owner());
  if (isNew) {
    before = ++drops;
    await caches.delete(PAGES_CACHE);
  }
  if (whose === "none") return false;
  const copy = page.ok && !page.redirected && isKept(url) ? await copied(page) : null;
  if (before !== drops) return false;
  const cache = await caches.open(PAGES_CACHE);
  if (isNew) await cache.put(OWNER, new Response(whose));
  if (copy) await cache.put(url.pathname, copy);
  return copy !== null && url.pathname === "/orders";
}

/** Fetches the orders at the head of the list. */
async function ahead() {
  const before = drops;
  const cache = await caches.open(PAGES_CACHE);
  const list = await cache.match("/orders");
  const found = (await list?.text())?.match(/\/orders\/\d{12}/g) ?? [];
  for (const path of [...new Set(found)].slice(0, AHEAD)) {
    const kept = await cache.match(path);
    if (kept && Date.now() - Number(kept.headers.get(KEPT_AT)) < AHEAD_AGAIN_MS) continue;
    const page = await fetch(path);
    if (before !== drops) return;
    await inTurn(() => noted(page, new URL(path, self.location.origin), before));
  }
}

function isKept(url) {
  return KEPT_PATHS.test(url.pathname) && (url.search === "" || url.search.startsWith("?lang="));
}

/** What is kept for an address; the shortcut to the code leads to the list, which shows codes. */
async function keptAt(path) {
  const cache = await caches.open(PAGES_CACHE);
  return cache.match(path === "/code" || path === "/" ? "/orders" : path);
}

async function owner() {
  const cache = await caches.open(PAGES_CACHE);
  return (await (await cache.match(OWNER))?.text()) ?? "none";
}

/** Forgets everything that belongs to a person. */
function drop() {
  drops += 1;
  return inTurn(() => caches.delete(PAGES_CACHE));
}

/** A copy that says when it was made; its length and packing are the network's business. */
async function copied(page) {
  const headers = new Headers(page.headers);
  for (const name of ["content-encoding", "content-length"]) headers.delete(name);
  headers.set(KEPT_AT, String(Date.now()));
  return new Response(await page.text(), { status: page.status, headers });
}

/** A kept page, which says itself how old it is. */
async function told(kept) {
  const text = await kept.text();
  const language = text.match(/<html lang="(\w+)"/)?.[1] ?? SHELL.languages[0];
  const at = new Date(Number(kept.headers.get(KEPT_AT)));
  const moment = at.toLocaleString(language, {
    timeZone: text.match(/data-zone="([^"]+)"/)?.[1],
    day: "numeric",
    month: "long",
    hour: "2-digit",
    minute: "2-digit",
  });
  const said = SHELL.words[language].kept
    .replace("{moment}", moment)
    .replace("{ago}", ago(at, language));
  const note = `<p class="notice warn kept-note" role="status">${said}</p>`;
  const page = text.replace(/<main\b[^>]*>/, (main) => main + note);
  return new Response(page, { status: kept.status, headers: kept.headers });
}

function ago(at, language) {
  const minutes = Math.max(1, Math.round((Date.now() - at.getTime()) / 60_000));
  const said = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  if (minutes < 60) return said.format(-minutes, "minute");
  if (minutes < 48 * 60) return said.format(-Math.round(minutes / 60), "hour");
  return said.format(-Math.round(minutes / 60 / 24), "day");
}

/** The page for what was never kept, in the language of what was. */
async function missing() {
  const list = await keptAt("/orders");
  const wanted = (await list?.text())?.match(/<html lang="(\w+)"/)?.[1] ?? navigator.language;
  const known = SHELL.languages.find((language) => wanted.startsWith(language));
  return (await caches.match(`/offline/${known ?? SHELL.languages[0]}`)) ?? Response.error();
}

function patience() {
  return new Promise((_, reject) => setTimeout(reject, PATIENCE_MS));
}
