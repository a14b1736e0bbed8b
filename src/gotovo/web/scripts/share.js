// Sharing a link: by the phone's own sheet where there is one, else by the clipboard. The field
// with the link is there without us.

/** @param {Element | null} group the buttons, hidden until something is known to work */
function offer(group) {
  const field = document.getElementById("link");
  if (!(group instanceof HTMLElement) || !(field instanceof HTMLTextAreaElement)) return;
  const send = group.querySelector("[data-share-send]");
  const copy = group.querySelector("[data-share-copy]");
  field.addEventListener("focus", () => field.select());
  if (!(send instanceof HTMLElement) || !(copy instanceof HTMLElement)) return;
  send.hidden = !navigator.share;
  copy.hidden = !navigator.clipboard;
  group.hidden = send.hidden && copy.hidden;
  send.addEventListener("click", () => {
    // Whoever closes the sheet again has changed their mind; that is no fault.
    navigator.share({ title: send.dataset.title, url: field.value }).catch(() => {});
  });
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(field.value);
    copy.textContent = copy.dataset.done ?? "";
  });
}

offer(document.querySelector("[data-share]"));
