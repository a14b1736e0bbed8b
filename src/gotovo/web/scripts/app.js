// The site as an app: lets the browser run the service worker once somebody is signed in, and
// has it keep the page that is open, for it was not there yet when that page came.

import { workerAddress } from "./trusted.js";

const KEPT = /^\/orders(\/\d{12})?$/;

async function keep() {
  for (const path of new Set(["/orders", location.pathname])) {
    if (KEPT.test(path)) await fetch(path).catch(() => {});
  }
}

const isSignedIn = document.querySelector('form[action="/sign-out"]') !== null;
const workers = navigator.serviceWorker;
if (workers && isSignedIn) {
  if (!workers.controller) workers.addEventListener("controllerchange", keep, { once: true });
  const options = { scope: "/", updateViaCache: /** @type {const} */ ("none") };
  // Without a worker everything works as before, as long as there is a network.
  workers.register(workerAddress(), options).catch(() => {});
}
