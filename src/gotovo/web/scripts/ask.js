// A page that waits for a bank: asks again every few seconds, by what live updates do on an event.

let timer = 0;

function wait() {
  clearTimeout(timer);
  const waiting = document.querySelector("[data-ask-seconds]");
  if (!(waiting instanceof HTMLElement) || document.querySelector("#live") === null) return;
  timer = setTimeout(() => {
    document.dispatchEvent(new CustomEvent("gotovo:stale"));
    wait();
  }, Number(waiting.dataset.askSeconds) * 1_000);
}

document.addEventListener("gotovo:shown", wait);
wait();
