// Push notifications: subscribes in the browser and registers the subscription with the server.

/** @param {HTMLElement} card hidden until its buttons work */
async function offer(card) {
  const registration = await navigator.serviceWorker.ready;
  const manager = registration.pushManager;
  const on = card.querySelector("[data-push-on]");
  const off = card.querySelector("[data-push-off]");
  const denied = card.querySelector("[data-push-denied]");
  if (!(on instanceof HTMLElement && off instanceof HTMLElement)) return;
  if (!(denied instanceof HTMLElement)) return;

  const show = async () => {
    const subscription = await manager.getSubscription();
    denied.hidden = Notification.permission !== "denied";
    on.hidden = subscription !== null || !denied.hidden;
    off.hidden = subscription === null;
    card.hidden = false;
  };

  /** @param {string} path @param {PushSubscription} subscription */
  const send = async (path, subscription) => {
    const { endpoint, keys } = subscription.toJSON();
    const form = { form: card.dataset.push ?? "", endpoint: endpoint ?? "", ...keys };
    const body = new URLSearchParams(form);
    const response = await fetch(path, { method: "POST", body, redirect: "manual" });
    return response.type === "opaqueredirect";
  };

  on.addEventListener("click", async () => {
    try {
      const key = await (await fetch("/push-key")).arrayBuffer();
      const options = { userVisibleOnly: true, applicationServerKey: key };
      const subscription = await manager.subscribe(options);
      if (!(await send("/push-subscription", subscription))) await subscription.unsubscribe();
    } catch {
      // Refused by the person or by the browser: the card shows the present state.
    }
    await show();
  });
  off.addEventListener("click", async () => {
    const subscription = await manager.getSubscription();
    if (subscription && (await send("/push-subscription-end", subscription))) {
      await subscription.unsubscribe();
    }
    await show();
  });
  await show();
}

const card = document.querySelector("[data-push]");
if (card instanceof HTMLElement && "PushManager" in window && navigator.serviceWorker) {
  offer(card).catch(() => {});
}
