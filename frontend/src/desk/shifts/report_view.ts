/** The report of a shift as a table; each figure that counts orders leads to them. */

import type { ShiftReport } from "../../api/openapi.d.ts";
import { element } from "../../shell/elements.ts";
import { moment, sum } from "../../shell/formats.ts";
import { _, pgettext } from "../../shell/words.ts";
import { differencesText } from "../acceptance/report_body.ts";
import type { ClosedAcceptance } from "./resources.ts";
import { approvalsText, durationText, endText, type FigureName, figureNames } from "./words.ts";

/** Where the figures lead; without it, as on paper, they are plain numbers. */
export interface ReportLinks {
  readonly orders: (figure: FigureName, title: string) => void;
  readonly acceptance: (id: string) => void;
}

/** Return a report; `now` counts how long an open shift has gone on. */
export function reportView(
  report: ShiftReport,
  acceptances: readonly ClosedAcceptance[],
  now: Date,
  links?: ReportLinks,
): HTMLElement {
  const { shift } = report;
  const end = shift.ended_at === null ? _("still open") : moment(shift.ended_at);
  const why = endText(shift.end_reason);
  return element(
    "div",
    { class: "shift-report" },
    element("h2", {}, shift.person_name ?? ""),
    element("p", {}, `${shift.point} · ${moment(shift.begun_at)} – ${end}${why && `, ${why}`}`),
    table(_("What was done"), [
      ...figureNames().map(([name, title]) => figureRow(report, name, title, links)),
      row(_("Units left behind"), String(report.refused_units)),
    ]),
    table(
      _("Money taken at the point"),
      report.money_taken.map(({ method, amount }) => row(methodName(method), sum(amount))),
    ),
    table(
      _("Acceptances and their differences"),
      acceptances.map(({ acceptance, report: found }) =>
        row(
          acceptance.manifest ?? _("Loose"),
          linked(differencesText(found), links && (() => links.acceptance(acceptance.id))),
        ),
      ),
    ),
    table(_("Time"), [
      row(_("At work"), durationText(shift, now)),
      row(_("First step"), report.first_step_at === null ? "—" : moment(report.first_step_at)),
      row(_("Last step"), report.last_step_at === null ? "—" : moment(report.last_step_at)),
      row(_("Steps"), String(report.steps)),
      row(_("Steps an hour"), report.steps_per_hour.toLocaleString(document.documentElement.lang)),
      row(_("Approvals"), approvalsText(report)),
    ]),
    !report.is_complete &&
      element("p", {}, _("There are more steps than are counted: the figures are too low.")),
  );
}

function figureRow(
  report: ShiftReport,
  name: FigureName,
  title: string,
  links: ReportLinks | undefined,
): HTMLElement {
  const follow = links && report[name] > 0 ? () => links.orders(name, title) : undefined;
  return row(title, linked(String(report[name]), follow));
}

function linked(text: string, follow: (() => void) | undefined): HTMLElement | string {
  if (follow === undefined) return text;
  const made = element("button", { type: "button", class: "figure-link" }, text);
  made.addEventListener("click", follow);
  return made;
}

function row(name: string, value: HTMLElement | string): HTMLElement {
  return element("tr", {}, element("th", { scope: "row" }, name), element("td", {}, value));
}

/** A table without rows is left out: nothing was taken, nothing was accepted. */
function table(caption: string, rows: readonly HTMLElement[]): HTMLElement | false {
  if (rows.length === 0) return false;
  return element(
    "table",
    { class: "report-table" },
    element("caption", {}, caption),
    element("tbody", {}, ...rows),
  );
}

function methodName(method: string): string {
  if (method === "card") return pgettext("payment", "Card");
  return method === "cash" ? pgettext("payment", "Cash") : method;
}
