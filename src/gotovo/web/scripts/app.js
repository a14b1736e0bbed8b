// The site as an app: registers the service worker once somebody is signed in, and fetches the open
// page again through it, because the worker was not running yet when the page was loaded.

import { workerAddress } from "./trusted.js";

const CACHED_PATHS = /^\/orders(\/\d{12})?$/;

async function cachePage() {
  for (const path of new Set(["/orders", location.pathname])) {
    // After signing out it would follow to the front page and get the cookie of a new visitor.
    if (CACHED_PATHS.test(path)) await fetch(path, { redirect: "manual" }).catch(() => {});
  }
}

const isSignedIn = document.querySelector('form[action="/sign-out"]') !== null;
const workers = navigator.serviceWorker;
if (workers && isSignedIn) {
  if (!workers.controller) workers.addEventListener("controllerchange", cachePage, { once: true });
  const options = { scope: "/", updateViaCache: /** @type {const} */ ("none") };
  // Without a worker the site works as before while there is a network.
  workers.register(workerAddress(), options).catch(() => {});
}
