// The list without an end: when its end comes near, the next page is fetched and joined to it.
// The link "older" stays where it was and does the same by hand. How long the list was and where
// the screen stood is kept until the tab closes, so that the way back finds both as they were left.
import { pageOf } from "./trusted.js";

/** How far below the screen the end may be when the next page is asked for. */
const AHEAD = "800px";

/** Pages joined in one visit; a person who scrolled further is served better by the search. */
const PAGES_MAX = 25;

/** Where the joined pages are remembered, by the address of the list. */
const kept = `more:${location.pathname}${location.search}`;

let joined = 0;

/** @returns {HTMLAnchorElement | null} the link to the next page, where there is one */
function nextLink() {
  return document.querySelector("a[data-more]");
}

/**
 * Fetches the page behind the link and joins its orders to the list that stands here.
 * @param {HTMLAnchorElement} link
 * @returns {Promise<boolean>} whether the list grew
 */
async function join(link) {
  const list = document.getElementById(link.dataset.more ?? "");
  if (!list || link.ariaBusy === "true") return false;
  link.ariaBusy = "true";
  try {
    const answer = await fetch(link.href, { headers: { accept: "text/html" } });
    if (!answer.ok || answer.redirected) return false;
    const page = pageOf(await answer.text());
    const found = [...(page.getElementById(list.id)?.children ?? [])];
    for (const each of found) each.classList.add("is-new");
    list.append(...found);
    list.dataset.grown = ""; // News of orders change this list in parts, and not as a whole.
    const further = page.querySelector("a[data-more]");
    if (further) link.href = further.getAttribute("href") ?? "";
    else link.remove();
    joined += 1;
    return found.length > 0;
  } catch {
    return false; // The network is gone: the link remains and can be tried by hand.
  } finally {
    link.ariaBusy = null;
  }
}

/** Keeps how long the list is and where the screen stands. */
function remember() {
  try {
    sessionStorage.setItem(kept, JSON.stringify({ joined, y: scrollY }));
  } catch {
    // A browser that keeps nothing only loses the length of the list.
  }
}

/** @returns {{joined: number, y: number}} how the list was left, when somebody comes back to it */
function remembered() {
  const came = performance.getEntriesByType("navigation")[0];
  const isBack = came instanceof PerformanceNavigationTiming && came.type !== "navigate";
  try {
    const left = JSON.parse((isBack && sessionStorage.getItem(kept)) || "{}");
    return { joined: Math.min(Number(left.joined) || 0, PAGES_MAX), y: Number(left.y) || 0 };
  } catch {
    return { joined: 0, y: 0 };
  }
}

/** Makes the list as long as it was, then puts the screen where it was. */
async function restore() {
  const left = remembered();
  if (left.joined === 0) return;
  for (let link = nextLink(); link && joined < left.joined; link = nextLink()) {
    if (!(await join(link))) break;
  }
  scrollTo({ top: left.y, behavior: "instant" });
}

/** Looks whether the end is near; after each page the look is taken anew. */
function watch() {
  const link = nextLink();
  if (!link || joined >= PAGES_MAX) return;
  const near = new IntersectionObserver(
    async (seen) => {
      if (!seen.some((each) => each.isIntersecting)) return;
      near.disconnect();
      if (await join(link)) watch();
    },
    { rootMargin: `0px 0px ${AHEAD} 0px` },
  );
  near.observe(link);
}

if (nextLink()) {
  addEventListener("pagehide", remember);
  void restore().then(watch);
}
