// Trusted Types: the only way from text to something the browser parses or runs. The content
// security policy allows the policy of this name, and a name can be used once.

/** The only script that a script may start. */
const WORKER = "/sw.js";

const rules = {
  /** @param {string} text a page of this server, exactly as it was fetched */
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
 * Parses a page of our own server.
 * @param {string} text
 * @returns {Document} a document that runs and loads nothing
 */
export function pageOf(text) {
  return new DOMParser().parseFromString(policy.createHTML(text), "text/html");
}

/** The service worker's address as a trusted URL. */
export function workerAddress() {
  return policy.createScriptURL(WORKER);
}
