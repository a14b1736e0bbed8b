/** The report of an acceptance: figures, and each difference with what it is. */

import type { AcceptanceReportView } from "../../api/openapi.d.ts";
import { element } from "../../shell/elements.ts";
import { _, ngettext } from "../../shell/words.ts";
import { otherFigures, progressText } from "./progress_view.ts";
import { parcelName, titleOf } from "./scan_answer.ts";
import { tallyOf } from "./tally.ts";

type Item = AcceptanceReportView["items"][number];

/** What the sender hears of; a report without any says so. */
const DIFFERENCES: ReadonlySet<Item["result"]> = new Set([
  "missing",
  "surplus",
  "damaged",
  "put_aside",
]);

/** Differences that are shown; the table of the report has all of them. */
const SHOWN_MAX = 100;

/** Return the items that differ from what was expected. */
export function differencesOf({ items }: Pick<AcceptanceReportView, "items">): Item[] {
  return items.filter((each) => DIFFERENCES.has(each.result));
}

/** Return how many differences there are, as a sentence. */
export function differencesText(report: Pick<AcceptanceReportView, "items">): string {
  const { length } = differencesOf(report);
  if (length === 0) return _("No differences: everything is here.");
  return ngettext("{number} difference", "{number} differences", length);
}

/** Return a report as a person reads it before and after it is closed. */
export function reportBody(report: AcceptanceReportView): HTMLElement[] {
  const tally = tallyOf(report, []);
  const figures = otherFigures(tally).map(({ name, value }) =>
    element("div", {}, element("dt", {}, name), element("dd", {}, value)),
  );
  const rows = differencesOf(report).slice(0, SHOWN_MAX).map(row);
  return [
    element("p", { class: "tally" }, progressText(tally)),
    element("dl", { class: "facts" }, ...figures),
    element("h2", {}, differencesText(report)),
    element("ul", { class: "differences" }, ...rows),
  ];
}

function row(item: Item): HTMLElement {
  const name = item.parcel === null ? (item.code ?? _("No code")) : parcelName(item.parcel);
  return element(
    "li",
    { "data-result": item.result },
    element("strong", {}, resultText(item)),
    element("span", {}, name),
    item.belongs_to !== null && element("span", {}, item.belongs_to),
  );
}

/** Return what an item is in the report; of what was put aside, why. */
export function resultText({ result, answer }: Pick<Item, "result" | "answer">): string {
  if (result === "missing") return _("Missing");
  if (result === "surplus") return _("Surplus");
  if (result === "damaged") return _("Damaged");
  if (result === "to_return") return _("To be returned");
  return answer === null ? _("Put aside") : titleOf(answer);
}
