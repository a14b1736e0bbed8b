// Passkeys: signing in the way the device is unlocked. The forms are on the page, hidden until it
// is known that the browser supports passkeys; without them people sign in with a code.

/** @type {Record<string, (options: any) => Promise<Record<string, string>>>} */
const ceremonies = { create, get };

/**
 * Encodes bytes for the server.
 * @param {ArrayBuffer} bytes
 * @returns {string} base64url
 */
function encode(bytes) {
  const plain = btoa(String.fromCharCode(...new Uint8Array(bytes)));
  return plain.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/**
 * Decodes bytes from the server.
 * @param {string} text base64url
 */
function decode(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (c) => c.charCodeAt(0));
}

/** @param {{ id: string }} credential a passkey that the server knows */
const withDecodedId = (credential) => ({ ...credential, id: decode(credential.id) });

/** Creates a passkey; the browser asks the person. */
async function create(options) {
  const publicKey = {
    ...options,
    challenge: decode(options.challenge),
    user: { ...options.user, id: decode(options.user.id) },
    excludeCredentials: (options.excludeCredentials ?? []).map(withDecodedId),
  };
  const credential = await navigator.credentials.create({ publicKey });
  const { clientDataJSON, attestationObject } = credential.response;
  return {
    id: credential.id,
    client_data: encode(clientDataJSON),
    attestation: encode(attestationObject),
  };
}

/** Signs the challenge with one of the passkeys that the device has for this site. */
async function get(options) {
  const publicKey = { ...options, challenge: decode(options.challenge), allowCredentials: [] };
  const proof = await navigator.credentials.get({ publicKey });
  const { clientDataJSON, authenticatorData, signature } = proof.response;
  return {
    id: proof.id,
    client_data: encode(clientDataJSON),
    authenticator_data: encode(authenticatorData),
    signature: encode(signature),
  };
}

/**
 * Fetches the options, runs the ceremony on the device, and submits the form.
 * @param {HTMLFormElement} form
 */
async function fill(form) {
  const body = new URLSearchParams({ form: form.elements.namedItem("form").value });
  const response = await fetch(form.dataset.options, { method: "POST", body });
  if (!response.ok) throw new Error(`${response.status}`);
  const fields = await ceremonies[form.dataset.passkey](await response.json());
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
      failed.hidden = false; // Dismissed, or no passkey fits: the code remains.
    });
  });
}

if (window.PublicKeyCredential) document.querySelectorAll("form[data-passkey]").forEach(offer);
