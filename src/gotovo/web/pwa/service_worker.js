// Service worker: the site without a network. It caches the list and the orders with their codes,
// and shows how old they are. The cache belongs to one person: it is cleared when they sign out and
// as soon as a page arrives that is somebody else's or nobody's. A page that was cached too long
// ago is deleted the next time the app is opened, with a network or without.
//
// The server writes SHELL above this file: the files that every page needs, their version, and for
// how many days a page is cached.

const SHELL_CACHE = `shell-${SHELL.version}`;
const PAGES_CACHE = "pages";

/** How long the network may take before the cached page is shown. */
const TIMEOUT_MS = 4_000;
/** Orders at the top of the list that are fetched with it, so that their codes are available. */
const PREFETCHED = 3;
const PREFETCH_AGAIN_MS = 10 * 60_000;
const CACHED_MS_MAX = SHELL.days * 24 * 60 * 60_000;

/** Whose page it is: a keyed digest, or `none` when nobody is signed in. Every page sends it. */
const ACCOUNT = "x-gotovo-account";
const CACHED_AT = "x-gotovo-kept-at";
const OWNER = "/app/owner";

/** Messages that were shown, of which the server does not know yet. */
const SHOWN_CACHE = "shown";
/** Where a page stores the endpoint by which the server knows this browser. */
const PUSH_ENDPOINT = "/app/push-endpoint";

const CACHED_PATHS = /^\/orders(\/\d{12})?$/;
const HASHED_PATHS = /^\/(scripts|look)\/[0-9a-f]{16}/;

/** Grows each time the pages are cleared: a request sent before is not cached after. */
let generation = 0;

/** The last change of the cached pages; they run in turn, or one would undo another. */
let last = Promise.resolve();

function oneAtATime(work) {
  const done = last.then(work);
  last = done.catch(() => {});
  return done;
}

self.addEventListener("install", (event) => {
  event.waitUntil(fillShell().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    deleteOldShells()
      .then(deleteExpired)
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    event.respondWith(request.method === "GET" ? openPage(event, url) : sendForm(event, url));
  } else if (request.method === "GET" && HASHED_PATHS.test(url.pathname)) {
    event.respondWith(caches.match(request).then((found) => found ?? fetch(request)));
  } else if (request.method === "GET" && isCacheable(url)) {
    event.respondWith(fetchAndCache(event, url));
  }
});

self.addEventListener("push", (event) => {
  event.waitUntil(showMessage(event.data));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(openFrom(event.notification));
});

self.addEventListener("pushsubscriptionchange", (event) => {
  event.waitUntil(subscribeAnew(event));
});

self.addEventListener("sync", (event) => {
  if (event.tag === "shown") event.waitUntil(sendShown());
});

/** Fetches the shell, and the page for what is not cached, in each language. */
async function fillShell() {
  const shell = await caches.open(SHELL_CACHE);
  await shell.addAll(SHELL.files);
  for (const language of SHELL.languages) {
    const headers = { "accept-language": language };
    const page = await fetch("/offline", { credentials: "omit", headers });
    if (!page.ok) throw new Error(`/offline: ${page.status}`);
    await shell.put(`/offline/${language}`, await stampedCopy(page));
  }
}

/** Deletes all older shells but the last: pages cached with it still name its files. */
async function deleteOldShells() {
  const shells = (await caches.keys()).filter((name) => name.startsWith("shell-"));
  const old = shells.filter((name) => name !== SHELL_CACHE).slice(0, -1);
  await Promise.all(old.map((name) => caches.delete(name)));
}

/** Responds to a navigation: from the network, or from the cache when that takes too long. */
async function openPage(event, url) {
  await deleteExpired();
  const cached = await cachedPage(url.pathname);
  const response = fetchAndCache(event, url);
  try {
    return await (cached ? Promise.race([response, timeout()]) : response);
  } catch {
    response.catch(() => {}); // It may still arrive, and is cached then.
    return cached ? withAgeNotice(cached) : offlinePage();
  }
}

/** Responds to a form: it has no cached page, and it is never sent later. */
async function sendForm(event, url) {
  if (url.pathname === "/sign-out") {
    event.waitUntil(unsubscribe().catch(() => {}));
    await clearPages();
  }
  try {
    const response = await fetch(event.request);
    // A request under way when the session ended may have been cached since.
    if (url.pathname === "/sign-out") await clearPages();
    return response;
  } catch {
    return offlinePage();
  }
}

/** Ends the push subscription of this browser. */
async function unsubscribe() {
  const subscription = await self.registration.pushManager?.getSubscription();
  await subscription?.unsubscribe();
  await caches.delete("push");
}

/**
 * Shows a message, and tells the server that it was shown. Browsers demand that every message is
 * shown, so one that can't be read says at least that there is news.
 */
async function showMessage(data) {
  const message = readMessage(data);
  await self.registration.showNotification(message.title, {
    body: message.body,
    lang: message.language,
    tag: message.tag,
    // One that replaces another is news as well.
    renotify: Boolean(message.tag),
    icon: "/app/icon-192.png",
    data: message.path,
  });
  if (message.shown) await rememberShown(message.shown);
  await sendShown().catch(() => {});
}

function readMessage(data) {
  try {
    const message = data.json();
    if (message.title) return message;
  } catch {
    // Not ours, or of a newer server.
  }
  const language = SHELL.languages.find((each) => navigator.language.startsWith(each));
  return { title: SHELL.words[language ?? SHELL.languages[0]].news, path: "/orders" };
}

/** Opens what a message is about: in the window that shows it already, or in a new one. */
async function openFrom(notification) {
  // Only a path of this site, whatever a message contains.
  const address = new URL(notification.data ?? "/orders", self.location.origin);
  const path = address.origin === self.location.origin ? address.pathname : "/orders";
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const open = windows.find((each) => new URL(each.url).pathname === path);
  if (!open) return self.clients.openWindow(path);
  return (await open.focus()).navigate?.(path)?.catch(() => {});
}

/** Stores that a message was shown, until the server knows it: there may be no network now. */
async function rememberShown(token) {
  const cache = await caches.open(SHOWN_CACHE);
  await cache.put(`/app/shown/${token}`, new Response(token));
  if (self.registration.sync) await self.registration.sync.register("shown").catch(() => {});
}

/** Tells the server what was shown; what it has answered, whatever it says, is not sent again. */
async function sendShown() {
  if (!(await caches.has(SHOWN_CACHE))) return;
  const cache = await caches.open(SHOWN_CACHE);
  for (const request of await cache.keys()) {
    const body = await (await cache.match(request))?.text();
    const response = await fetch("/receipts/push", { method: "POST", body, credentials: "omit" });
    if (response.status < 500 && response.status !== 429) await cache.delete(request);
  }
}

/** Subscribes again when the browser's maker has ended a subscription, and tells the server. */
async function subscribeAnew({ oldSubscription, newSubscription }) {
  const cache = await caches.open("push");
  const stored = await (await cache.match(PUSH_ENDPOINT))?.text();
  const older = oldSubscription?.endpoint ?? stored;
  if (!older) return; // The server does not know this browser.
  const subscription = newSubscription ?? (await subscribed());
  const { endpoint, keys } = subscription.toJSON();
  const body = new URLSearchParams({ older, endpoint, ...keys });
  const response = await fetch("/push-renewal", { method: "POST", body });
  if (response.ok) await cache.put(PUSH_ENDPOINT, new Response(endpoint));
}

async function subscribed() {
  const key = await (await fetch("/push-key")).arrayBuffer();
  const options = { userVisibleOnly: true, applicationServerKey: key };
  return self.registration.pushManager.subscribe(options);
}

/** Fetches from the network, and caches the response for the person it belongs to. */
function fetchAndCache(event, url) {
  const before = generation;
  const response = fetch(event.request);
  const caching = response.then((page) => {
    const copy = page.clone();
    return oneAtATime(() => cacheResponse(copy, url, before));
  });
  event.waitUntil(caching.then((isList) => isList && prefetchOrders()).catch(() => {}));
  event.waitUntil(response.then(sendShown).catch(() => {})); // There is a network now.
  return response;
}

/**
 * Caches a page for its owner; another owner's page clears the cache first.
 * @returns whether it was the list
 */
async function cacheResponse(page, url, before) {
  const whose = page.headers.get(ACCOUNT);
  if (page.type !== "basic" || !whose) return false;
  if (whose !== "none" && before !== generation) return false; // Nobody's page always clears.
  const isNew = whose !== (await owner());
  if (isNew) {
    before = ++generation;
    await caches.delete(PAGES_CACHE);
  }
  if (whose === "none") return false;
  const copy = page.ok && isCacheable(url) ? await stampedCopy(page) : null;
  if (before !== generation) return false;
  const cache = await caches.open(PAGES_CACHE);
  if (isNew) await cache.put(OWNER, await stampedCopy(new Response(whose)));
  if (copy) await cache.put(url.pathname, copy);
  return copy !== null && url.pathname === "/orders";
}

/** Fetches the orders at the top of the list. */
async function prefetchOrders() {
  const before = generation;
  const cache = await caches.open(PAGES_CACHE);
  const list = await cache.match("/orders");
  const found = (await list?.text())?.match(/\/orders\/\d{12}/g) ?? [];
  for (const path of [...new Set(found)].slice(0, PREFETCHED)) {
    const cached = await cache.match(path);
    if (cached && Date.now() - Number(cached.headers.get(CACHED_AT)) < PREFETCH_AGAIN_MS) continue;
    const page = await fetch(path, { redirect: "manual" });
    if (before !== generation) return;
    await oneAtATime(() => cacheResponse(page, new URL(path, self.location.origin), before));
  }
}

function isCacheable(url) {
  return CACHED_PATHS.test(url.pathname) && (url.search === "" || url.search.startsWith("?lang="));
}

/** The cached page of a path; the shortcut to the code gets the list, which shows the codes. */
async function cachedPage(path) {
  const cache = await caches.open(PAGES_CACHE);
  return cache.match(path === "/code" || path === "/" ? "/orders" : path);
}

async function owner() {
  const cache = await caches.open(PAGES_CACHE);
  return (await (await cache.match(OWNER))?.text()) ?? "none";
}

/** Deletes what was cached too long ago, also the name of the owner, who is then a new one. */
async function deleteExpired() {
  const cache = await caches.open(PAGES_CACHE);
  for (const request of await cache.keys()) {
    const at = Number((await cache.match(request))?.headers.get(CACHED_AT));
    if (Date.now() - at > CACHED_MS_MAX) await cache.delete(request);
  }
}

/** Deletes everything that belongs to a person. */
function clearPages() {
  generation += 1;
  return oneAtATime(() => caches.delete(PAGES_CACHE));
}

/** A copy with the time it was made; length and encoding were those of the transfer. */
async function stampedCopy(page) {
  const headers = new Headers(page.headers);
  for (const name of ["content-encoding", "content-length"]) headers.delete(name);
  headers.set(CACHED_AT, String(Date.now()));
  return new Response(await page.text(), { status: page.status, headers });
}

/** A cached page with a notice of how old it is. */
async function withAgeNotice(cached) {
  const text = await cached.text();
  const language = text.match(/<html lang="(\w+)"/)?.[1] ?? SHELL.languages[0];
  const at = new Date(Number(cached.headers.get(CACHED_AT)));
  const moment = at.toLocaleString(language, {
    timeZone: text.match(/data-zone="([^"]+)"/)?.[1],
    day: "numeric",
    month: "long",
    hour: "2-digit",
    minute: "2-digit",
  });
  const sentence = SHELL.words[language].cached
    .replace("{moment}", moment)
    .replace("{ago}", ago(at, language));
  const note = `<p class="notice warn cached-note" role="status">${sentence}</p>`;
  const page = text.replace(/<main\b[^>]*>/, (main) => main + note);
  return new Response(page, { status: cached.status, headers: cached.headers });
}

function ago(at, language) {
  const minutes = Math.max(1, Math.round((Date.now() - at.getTime()) / 60_000));
  const format = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  if (minutes < 60) return format.format(-minutes, "minute");
  if (minutes < 48 * 60) return format.format(-Math.round(minutes / 60), "hour");
  return format.format(-Math.round(minutes / 60 / 24), "day");
}

/** The page for what is not cached, in the language of the cached list. */
async function offlinePage() {
  const list = await cachedPage("/orders");
  const preferred = (await list?.text())?.match(/<html lang="(\w+)"/)?.[1] ?? navigator.language;
  const known = SHELL.languages.find((language) => preferred.startsWith(language));
  return (await caches.match(`/offline/${known ?? SHELL.languages[0]}`)) ?? Response.error();
}

function timeout() {
  return new Promise((_, reject) => setTimeout(reject, TIMEOUT_MS));
}
