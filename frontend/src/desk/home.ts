/** The first screen of the desk: scan anything, or choose what to do. */

import { element } from "../shell/elements.ts";
import type { Screen } from "../shell/frame.ts";
import { capOf } from "../shell/shortcuts.ts";
import { _ } from "../shell/words.ts";

/** What can be done at the desk; only what is there is shown. */
export interface Task {
  readonly code: string;
  readonly title: string;
  readonly about: string;
  readonly path: string;
}

export function home(
  tasks: readonly Task[],
  go: (path: string) => void,
  scanned: Screen["scanned"],
): Screen {
  return {
    title: _("What is next?"),
    body: [taskTiles(tasks, go)],
    shortcuts: tasks.map(({ code, title, path }) => ({ code, label: title, run: () => go(path) })),
    scanned,
    waiting: {
      tone: "waiting",
      title: _("Scan anything"),
      detail: _("A parcel, an order number or a buyer's code: the answer appears here."),
      next: _("Point the scanner at a code, or type a number (F1)."),
    },
  };
}

/** Return what can be done as tiles, each with its key. */
export function taskTiles(tasks: readonly Task[], go: (path: string) => void): HTMLElement {
  return element("div", { class: "tiles" }, ...tasks.map((task) => tile(task, go)));
}

function tile(task: Task, go: (path: string) => void): HTMLElement {
  const made = element(
    "button",
    { type: "button", class: "tile" },
    task.code !== "" && element("kbd", {}, capOf(task.code)),
    element("strong", {}, task.title),
    element("span", {}, task.about),
  );
  made.addEventListener("click", () => go(task.path));
  return made;
}
