// Passkeys: signing in with what unlocks the device. The forms stand on the page already, hidden
// until it is known that the browser can fill them in; without them a code in a message does it.

/** @type {Record<string, (told: any) => Promise<Record<string, string>>>} */
const ways = { create, get };

/**
 * Writes bytes as the server reads them.
 * @param {ArrayBuffer} bytes
 * @returns {string} base64url
 */
function said(bytes) {
  const plain = btoa(String.fromCharCode(...new Uint8Array(bytes)));
  return plain.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/**
 * Reads bytes as the server writes them.
 * @param {string} text base64url
 */
function read(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (c) => c.charCodeAt(0));
}

/** @param {{ id: string }} named a passkey that the server knows */
const known = (named) => ({ ...named, id: read(named.id) });

/** Makes a passkey; the browser asks the person. */
async function create(told) {
  const publicKey = {
    ...told,
    challenge: read(told.challenge),
    user: { ...told.user, id: read(told.user.id) },
    excludeCredentials: (told.excludeCredentials ?? []).map(known),
  };
  const made = await navigator.credentials.create({ publicKey });
  const { clientDataJSON, attestationObject } = made.response;
  return { id: made.id, client_data: said(clientDataJSON), attestation: said(attestationObject) };
}

/** Lets one of the passkeys that the device has for this site sign. */
async function get(told) {
  const publicKey = { ...told, challenge: read(told.challenge), allowCredentials: [] };
  const proof = await navigator.credentials.get({ publicKey });
  const { clientDataJSON, authenticatorData, signature } = proof.response;
  return {
    id: proof.id,
    client_data: said(clientDataJSON),
    authenticator_data: said(authenticatorData),
    signature: said(signature),
  };
}

/**
 * Asks the server what to sign, lets the device sign it, and sends the form.
 * @param {HTMLFormElement} form
 */
async function fill(form) {
  const body = new URLSearchParams({ form: form.elements.namedItem("form").value });
  const answer = await fetch(form.dataset.options, { method: "POST", body });
  if (!answer.ok) throw new Error(`${answer.status}`);
  const fields = await ways[form.dataset.passkey](await answer.json());
  for (const [name, value] of Object.entries(fields)) form.elements.namedItem(name).value = value;
  form.submit();
}

/** @param {HTMLFormElement} form */
function offer(form) {
  const failed = form.querySelector("[data-failed]");
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    failed.hidden = true;
    fill(form).catch(() => {
      failed.hidden = false; // Closed by the person, or nothing fits: the code is still there.
    });
  });
}

if (window.PublicKeyCredential) document.querySelectorAll("form[data-passkey]").forEach(offer);
