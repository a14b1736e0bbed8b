/** The end of an acceptance: what differs, before it is confirmed, and the report after it. */

import { download } from "../../api/client.ts";
import type { Answer } from "../../shell/answer.ts";
import { element, fill } from "../../shell/elements.ts";
import type { Screen } from "../../shell/frame.ts";
import { _ } from "../../shell/words.ts";
import type { AcceptanceWork } from "./acceptance_work.ts";
import { differencesOf, differencesText, reportBody } from "./report_body.ts";
import { acceptancePath } from "./resources.ts";
import { nameOf } from "./work_screen.ts";

/** Return the screen that shows the differences and asks whether that is all. */
export function closingScreen(
  work: AcceptanceWork,
  parts: { readonly back: () => void; readonly closed: () => void },
): { screen: Screen; changed: () => void } {
  const body = element("div", { class: "figures" });
  const confirm = element("button", { type: "button", class: "button" }, _("Close it"));
  const close = async (): Promise<void> => {
    if (confirm.disabled) return;
    confirm.disabled = true;
    if (await work.close()) parts.closed();
    else confirm.disabled = false;
  };
  // What is not known can't be confirmed.
  confirm.disabled = true;
  confirm.addEventListener("click", () => void close());
  const changed = (): void => {
    const { report } = work;
    if (report === undefined) return;
    if (report.closed_at !== null) {
      parts.closed();
      return;
    }
    confirm.disabled = false;
    fill(body, ...reportBody(report));
  };
  const screen: Screen = {
    title: _("Is this all?"),
    body: [body, element("p", {}, confirm)],
    shortcuts: [
      { code: "F10", label: _("Close it"), run: () => void close() },
      { code: "Escape", label: _("Back"), run: parts.back },
    ],
    scanned: async (code, scan) => {
      await work.take(code, scan, "accept");
      await work.load();
    },
    waiting: {
      tone: "waiting",
      title: _("Look at the differences"),
      detail: _("With the report they go to the sender; they can't be taken back."),
      next: _("Scan what still turns up, or close it (F10)."),
    },
  };
  return { screen, changed };
}

/** Return the screen of the report, with its table. */
export function reportScreen(
  work: AcceptanceWork,
  parts: { readonly list: () => void; readonly show: (answer: Answer) => void },
): { screen: Screen; changed: () => void } {
  const body = element("div", { class: "figures" });
  const save = (): void => void saveTable(work, parts.show);
  const link = element("button", { type: "button", class: "button quiet" }, _("Table (CSV)"));
  link.addEventListener("click", save);
  const changed = (): void => {
    if (work.report === undefined) return;
    fill(body, ...reportBody(work.report));
    parts.show(closedAnswer(work));
  };
  const screen: Screen = {
    title: _("Report"),
    body: [body, element("p", {}, link)],
    shortcuts: [
      { code: "F4", label: _("Table (CSV)"), run: save },
      { code: "Escape", label: _("Deliveries"), run: parts.list },
    ],
    scanned: () => parts.show(isClosed()),
    waiting: { tone: "busy", title: _("Report"), next: _("One moment.") },
  };
  return { screen, changed };
}

function closedAnswer(work: AcceptanceWork): Answer {
  const report = work.report;
  const differs = report !== undefined && differencesOf(report).length > 0;
  return {
    tone: differs ? "attention" : "ok",
    title: _("Closed"),
    detail: report === undefined ? "" : `${nameOf(work)} · ${differencesText(report)}`,
    next: differs
      ? _("Put what was set aside where the next car takes it; the sender has the report.")
      : _("Put the rest on its shelves; the sender has the report."),
  };
}

function isClosed(): Answer {
  return {
    tone: "error",
    title: _("This acceptance is closed"),
    next: _("Go back (Esc) and open another acceptance, or a loose one."),
  };
}

/** The API answers pages of its own alone, so the table is fetched and then saved. */
async function saveTable(work: AcceptanceWork, show: (answer: Answer) => void): Promise<void> {
  const table = await download(`${acceptancePath(work.point, work.id)}/report?format=csv`);
  if (table === undefined) {
    show({
      tone: "error",
      title: _("The table could not be read"),
      next: _("Check the network of this device, then try again (F4)."),
    });
    return;
  }
  const address = URL.createObjectURL(table);
  const anchor = element("a", { href: address, download: `${nameOf(work)}.csv` });
  anchor.click();
  URL.revokeObjectURL(address);
}
