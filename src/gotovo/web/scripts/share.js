// Sharing a link or a text: by the system's share sheet where there is one, else by the clipboard.
// The field with the text works without this script.

const LINK = /^https?:\/\/\S+$/;

/** @param {Element | null} group the buttons, hidden until one of them works */
function offer(group) {
  if (!(group instanceof HTMLElement)) return;
  const field = document.getElementById(group.dataset.share ?? "");
  if (!(field instanceof HTMLTextAreaElement)) return;
  const send = group.querySelector("[data-share-send]");
  const copy = group.querySelector("[data-share-copy]");
  field.addEventListener("focus", () => field.select());
  if (!(send instanceof HTMLElement) || !(copy instanceof HTMLElement)) return;
  send.hidden = !navigator.share;
  copy.hidden = !navigator.clipboard;
  group.hidden = send.hidden && copy.hidden;
  send.addEventListener("click", () => {
    const text = field.value;
    const shared = LINK.test(text) ? { title: send.dataset.title, url: text } : { text };
    // Closing the sheet is no error.
    navigator.share(shared).catch(() => {});
  });
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(field.value);
    copy.textContent = copy.dataset.done ?? "";
  });
}

offer(document.querySelector("[data-share]"));
