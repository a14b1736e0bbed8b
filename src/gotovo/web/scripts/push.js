// Messages on this device: asks the browser, and tells the server where it takes them.

/** @param {HTMLElement} part the card, hidden until it can do something */
async function offer(part) {
  const registration = await navigator.serviceWorker.ready;
  const manager = registration.pushManager;
  const on = part.querySelector("[data-push-on]");
  const off = part.querySelector("[data-push-off]");
  const denied = part.querySelector("[data-push-denied]");
  if (!(on instanceof HTMLElement && off instanceof HTMLElement)) return;
  if (!(denied instanceof HTMLElement)) return;

  const show = async () => {
    const subscription = await manager.getSubscription();
    denied.hidden = Notification.permission !== "denied";
    on.hidden = subscription !== null || !denied.hidden;
    off.hidden = subscription === null;
    part.hidden = false;
  };

  /** @param {string} path @param {PushSubscription} subscription */
  const send = async (path, subscription) => {
    const { endpoint, keys } = subscription.toJSON();
    const form = { form: part.dataset.push ?? "", endpoint: endpoint ?? "", ...keys };
    const body = new URLSearchParams(form);
    const answer = await fetch(path, { method: "POST", body, redirect: "manual" });
    return answer.type === "opaqueredirect";
  };

  on.addEventListener("click", async () => {
    try {
      const key = await (await fetch("/push-key")).arrayBuffer();
      const wanted = { userVisibleOnly: true, applicationServerKey: key };
      const subscription = await manager.subscribe(wanted);
      if (!(await send("/push-subscription", subscription))) await subscription.unsubscribe();
    } catch {
      // Refused by the person or by the browser: the card shows how it stands.
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

const part = document.querySelector("[data-push]");
if (part instanceof HTMLElement && "PushManager" in window && navigator.serviceWorker) {
  offer(part).catch(() => {});
}
