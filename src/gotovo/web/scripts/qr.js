// The QR changes each minute and the previous one is still accepted, so fetching it twice a minute
// is always in time, whatever the clock of this device says.

const RENEWED_SECONDS = 30;

/** @param {HTMLElement} figure the picture and its caption */
function renew(figure) {
  const picture = figure.querySelector("img");
  if (!picture) return;
  const address = picture.src;
  let count = 0;
  // An old picture would be refused at the desk; without a network the digits remain.
  picture.addEventListener("error", () => (figure.hidden = true));
  picture.addEventListener("load", () => (figure.hidden = false));
  const next = () => {
    // A live update may have removed the picture.
    if (!figure.isConnected) clearInterval(timer);
    else if (document.visibilityState === "visible") picture.src = `${address}?${++count}`;
  };
  const timer = setInterval(next, RENEWED_SECONDS * 1000);
  document.addEventListener("visibilitychange", next);
  if (picture.complete && !picture.naturalWidth) figure.hidden = true;
}

/** Each picture once: parts of a page can be replaced while it is open. */
const known = new WeakSet();

function renewAll() {
  for (const figure of document.querySelectorAll("[data-qr]")) {
    if (!(figure instanceof HTMLElement) || known.has(figure)) continue;
    known.add(figure);
    renew(figure);
  }
}

renewAll();
new MutationObserver(renewAll).observe(document.body, { childList: true, subtree: true });
