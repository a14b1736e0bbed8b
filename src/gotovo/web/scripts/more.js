// Infinite scroll: when the end of the list comes near, the next page is fetched and appended. The
// link "older" remains and does the same by hand. The number of pages and the scroll position are
// stored until the tab closes, so that going back restores both.
import { pageOf } from "./trusted.js";

/** How far below the screen the end may be when the next page is fetched. */
const AHEAD = "800px";

/** Pages appended in one visit; beyond that the search serves better. */
const PAGES_MAX = 25;

/** The storage key of the list's state, by the address of the list. */
const storageKey = `more:${location.pathname}${location.search}`;

let appended = 0;

/** @returns {HTMLAnchorElement | null} the link to the next page, where there is one */
function nextLink() {
  return document.querySelector("a[data-more]");
}

/**
 * Fetches the page behind the link and appends its orders to the list.
 * @param {HTMLAnchorElement} link
 * @returns {Promise<boolean>} whether the list grew
 */
async function append(link) {
  const list = document.getElementById(link.dataset.more ?? "");
  if (!list || link.ariaBusy === "true") return false;
  link.ariaBusy = "true";
  try {
    const response = await fetch(link.href, {
      headers: { accept: "text/html" },
      redirect: "manual",
    });
    if (!response.ok) return false;
    const page = pageOf(await response.text());
    const found = [...(page.getElementById(list.id)?.children ?? [])];
    for (const each of found) each.classList.add("is-new");
    list.append(...found);
    list.dataset.grown = ""; // Live updates change this list in parts, not as a whole.
    const further = page.querySelector("a[data-more]");
    if (further) link.href = further.getAttribute("href") ?? "";
    else link.remove();
    appended += 1;
    return found.length > 0;
  } catch {
    return false; // The network is gone: the link remains and can be used by hand.
  } finally {
    link.ariaBusy = null;
  }
}

/** Stores how many pages were appended, and the scroll position. */
function remember() {
  try {
    sessionStorage.setItem(storageKey, JSON.stringify({ joined: appended, y: scrollY }));
  } catch {
    // Without storage only the length of the list is lost.
  }
}

/** @returns {{joined: number, y: number}} the stored state, when somebody comes back to the list */
function remembered() {
  const navigation = performance.getEntriesByType("navigation")[0];
  const isTiming = navigation instanceof PerformanceNavigationTiming;
  const isBack = isTiming && navigation.type !== "navigate";
  try {
    const left = JSON.parse((isBack && sessionStorage.getItem(storageKey)) || "{}");
    return { joined: Math.min(Number(left.joined) || 0, PAGES_MAX), y: Number(left.y) || 0 };
  } catch {
    return { joined: 0, y: 0 };
  }
}

/** Appends as many pages as there were, then restores the scroll position. */
async function restore() {
  const left = remembered();
  if (left.joined === 0) return;
  for (let link = nextLink(); link && appended < left.joined; link = nextLink()) {
    if (!(await append(link))) break;
  }
  scrollTo({ top: left.y, behavior: "instant" });
}

/** Appends the next page when the end comes near, and watches again after each page. */
function watch() {
  const link = nextLink();
  if (!link || appended >= PAGES_MAX) return;
  const near = new IntersectionObserver(
    async (entries) => {
      if (!entries.some((each) => each.isIntersecting)) return;
      near.disconnect();
      if (await append(link)) watch();
    },
    { rootMargin: `0px 0px ${AHEAD} 0px` },
  );
  near.observe(link);
}

if (nextLink()) {
  addEventListener("pagehide", remember);
  void restore().then(watch);
}
