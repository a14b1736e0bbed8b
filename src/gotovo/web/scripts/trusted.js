// The only way from text to something the browser runs or parses: the policy of this name is the
// one that the content security policy allows, and a name can be taken once.

/** The only script that may be started from a script. */
const WORKER = "/sw.js";

const rules = {
  /** @param {string} text a page of this very server, fetched as it was written */
  createHTML: (text) => text,
  /** @param {string} path */
  createScriptURL: (path) => {
    if (path !== WORKER) throw new TypeError(path);
    return path;
  },
};

/** @type {typeof rules} */
const policy = window.trustedTypes?.createPolicy("gotovo", rules) ?? rules;

/**
 * Reads a page that our own server wrote.
 * @param {string} text
 * @returns {Document} which runs nothing and loads nothing
 */
export function pageOf(text) {
  return new DOMParser().parseFromString(policy.createHTML(text), "text/html");
}

/** Where the service worker is, as the browser wants to be told. */
export function workerAddress() {
  return policy.createScriptURL(WORKER);
}
