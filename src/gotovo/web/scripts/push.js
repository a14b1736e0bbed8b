// Push notifications: subscribes in the browser and registers the subscription with the server.

/** Where the worker finds the endpoint by which the server knows this browser. */
const ENDPOINT = "/app/push-endpoint";

/** @param {HTMLElement} card @param {string} name */
const part = (card, name) => /** @type {HTMLElement} */ (card.querySelector(`[data-push-${name}]`));

/**
 * The first half of SHA-256, as the page lists the browsers of whoever is signed in.
 * @param {string} text
 */
async function digest(text) {
  const bytes = new Uint8Array(
    await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)),
  );
  return Array.from(bytes.subarray(0, 16), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {HTMLElement} card shows what is needed, until its buttons work */
async function offer(card) {
  const registration = await navigator.serviceWorker.ready;
  const manager = registration.pushManager;
  const known = new Set((card.dataset.pushKnown ?? "").split(" "));

  const show = async () => {
    const subscription = await manager.getSubscription();
    const isOn = subscription !== null && known.has(await digest(subscription.endpoint));
    const isDenied = Notification.permission === "denied";
    for (const name of ["needs", "apple"]) part(card, name).hidden = true;
    part(card, "denied").hidden = !isDenied;
    part(card, "state").hidden = !isOn;
    part(card, "on").hidden = isOn || isDenied;
    part(card, "off").hidden = !isOn;
    part(card, "actions").hidden = isDenied && !isOn;
  };

  /** @param {string} path @param {PushSubscription} subscription */
  const send = async (path, subscription) => {
    const { endpoint, keys } = subscription.toJSON();
    const form = { form: card.dataset.push ?? "", endpoint: endpoint ?? "", ...keys };
    const body = new URLSearchParams(form);
    const response = await fetch(path, { method: "POST", body, redirect: "manual" });
    if (response.type !== "opaqueredirect") throw new Error(`${path}: ${response.status}`);
  };

  const turnOn = async () => {
    // One that the server does not know may be bound to somebody else, or to another key.
    await (await manager.getSubscription())?.unsubscribe();
    const key = await (await fetch("/push-key")).arrayBuffer();
    const options = { userVisibleOnly: true, applicationServerKey: key };
    const subscription = await manager.subscribe(options);
    try {
      await send("/push-subscription", subscription);
    } catch (error) {
      await subscription.unsubscribe();
      throw error;
    }
    known.add(await digest(subscription.endpoint));
    const cache = await caches.open("push");
    await cache.put(ENDPOINT, new Response(subscription.endpoint));
  };

  const turnOff = async () => {
    const subscription = await manager.getSubscription();
    if (subscription === null) return;
    await send("/push-subscription-end", subscription);
    await subscription.unsubscribe();
    await caches.delete("push");
  };

  /** @param {() => Promise<void>} change */
  const changed = (change) => async () => {
    part(card, "failed").hidden = true;
    try {
      await change();
    } catch {
      // A person who has said no to the browser knows that.
      part(card, "failed").hidden = Notification.permission !== "granted";
    }
    await show();
  };

  part(card, "on").addEventListener("click", changed(turnOn));
  part(card, "off").addEventListener("click", changed(turnOff));
  await show();
}

const card = document.querySelector("[data-push]");
if (card instanceof HTMLElement) {
  const isApple = /iPhone|iPad|Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 0;
  part(card, "needs").hidden = isApple;
  part(card, "apple").hidden = !isApple;
  if ("PushManager" in window && "Notification" in window && navigator.serviceWorker) {
    offer(card).catch(() => {});
  }
}
