/** The shift: who is at work here since when, its end, its report, and what is asked for. */

import { download } from "../../api/client.ts";
import { failureAnswer } from "../../api/failures.ts";
import type { MeView, ShiftReport, ShiftView } from "../../api/openapi.d.ts";
import type { Answer } from "../../shell/answer.ts";
import { element, fill } from "../../shell/elements.ts";
import { moment } from "../../shell/formats.ts";
import type { Screen } from "../../shell/frame.ts";
import { printOn } from "../../shell/printing.ts";
import type { Route } from "../../shell/router.ts";
import type { Shortcut } from "../../shell/shortcuts.ts";
import { _, ngettext } from "../../shell/words.ts";
import type { DeskServices } from "../desk_services.ts";
import { action } from "../handover/fields.ts";
import type { Task } from "../home.ts";
import { commandSheetScreen } from "../labels/command_sheet.ts";
import { grouped } from "../numbers.ts";
import { reportView } from "./report_view.ts";
import {
  type ClosedAcceptance,
  closedAcceptances,
  endShift,
  readMe,
  readOrders,
  readReport,
  readShifts,
  shiftsPath,
} from "./resources.ts";
import { durationText, endText, type FigureName } from "./words.ts";

const BASE = "/shift";

/** What these screens need of the application. */
export interface ShiftParts {
  readonly services: DeskServices;
  readonly person: string | undefined;
  readonly open: (screen: Screen) => void;
  readonly show: (answer: Answer) => void;
  readonly go: (path: string) => void;
  /** The own shift has ended, and this session with it. */
  readonly left: () => void;
}

/** The tile of the first screen. */
export function shiftTask(): Task {
  return {
    code: "F10",
    title: _("Shift"),
    about: _("Its end, its report, approvals"),
    path: BASE,
  };
}

export class ShiftDesk {
  readonly #parts: ShiftParts;
  #ending: Promise<void> | undefined;

  constructor(parts: ShiftParts) {
    this.#parts = parts;
  }

  routes(): Route<() => Screen>[] {
    return [
      { path: BASE, screen: () => () => this.#overview() },
      {
        path: `${BASE}/{id}`,
        screen:
          ({ id = "" }) =>
          () =>
            this.#report(id),
      },
      {
        path: "/codes",
        screen: () => () => commandSheetScreen(() => this.#parts.go(BASE)),
      },
    ];
  }

  /** Who is at work, and what can be done about it. */
  #overview(): Screen {
    const body = element("div", { class: "shifts" });
    let own: ShiftView | undefined;
    void this.#read().then((found) => {
      if (found === undefined) return;
      own = found.own;
      fill(body, ...this.#overviewBody(found));
      this.#parts.show(overviewAnswer(found.own));
    });
    const withOwn = (run: (shift: ShiftView) => void) => () => {
      if (own === undefined) this.#parts.show(overviewAnswer(undefined));
      else run(own);
    };
    return {
      title: _("Shift"),
      body: [body],
      shortcuts: [
        { code: "F2", label: _("End my shift"), run: withOwn((shift) => this.#confirmEnd(shift)) },
        {
          code: "F3",
          label: _("My report"),
          run: withOwn((shift) => this.#parts.go(`${BASE}/${shift.id}`)),
        },
        { code: "F4", label: _("Approvals"), run: () => this.#parts.go("/approvals") },
        { code: "F6", label: _("Codes for the desk"), run: () => this.#parts.go("/codes") },
      ],
      scanned: () => this.#parts.show(overviewAnswer(own)),
      waiting: { tone: "busy", title: _("Shift"), next: _("One moment.") },
    };
  }

  async #read(): Promise<
    | { readonly shifts: readonly ShiftView[]; readonly own: ShiftView | undefined; me: MeView }
    | undefined
  > {
    const { services, show, person } = this.#parts;
    const [shifts, me] = await Promise.all([readShifts(services), readMe(services.network)]);
    if (shifts.kind !== "done") return void show(failureAnswer(shifts));
    if (me.kind !== "done") return void show(failureAnswer(me));
    const { items } = shifts.value;
    const own = items.find((each) => each.person === person && each.ended_at === null);
    return { shifts: items, own, me: me.value };
  }

  #overviewBody(found: {
    readonly shifts: readonly ShiftView[];
    readonly own: ShiftView | undefined;
    readonly me: MeView;
  }): HTMLElement[] {
    const { shifts, own, me } = found;
    const working = shifts.filter((each) => each.ended_at === null);
    const ended = shifts.filter((each) => each.ended_at !== null);
    const parts = [
      element("h2", {}, _("At work now")),
      working.length === 0 && element("p", {}, _("Nobody has an open shift.")),
      this.#list(working, me.device, own),
      ended.length > 0 && element("h2", {}, _("Shifts before")),
      this.#list(ended, me.device, own),
    ];
    return parts.filter((each) => each !== false);
  }

  #list(
    shifts: readonly ShiftView[],
    device: string | null | undefined,
    own: ShiftView | undefined,
  ): HTMLElement | false {
    if (shifts.length === 0) return false;
    const rows = shifts.map((shift) => {
      const isOpen = shift.ended_at === null;
      const here = isOpen && shift.device === device ? _("on this device") : "";
      const when = isOpen
        ? _("since {time}", { time: moment(shift.begun_at) })
        : `${moment(shift.begun_at)} – ${moment(shift.ended_at ?? shift.begun_at)}`;
      const details = [when, durationText(shift, new Date()), here, endText(shift.end_reason)];
      return element(
        "li",
        { class: "shift-row" },
        element("strong", {}, shift.person_name ?? ""),
        element("span", {}, details.filter(Boolean).join(" · ")),
        action(_("Report"), () => this.#parts.go(`${BASE}/${shift.id}`)),
        isOpen && action(endLabel(shift, own), () => this.#confirmEnd(shift)),
      );
    });
    return element("ul", { class: "shift-list" }, ...rows);
  }

  /** Ask once more: the session ends with the shift, and what is under way at the counter waits. */
  #confirmEnd(shift: ShiftView): void {
    const { open, go, person } = this.#parts;
    const isOwn = shift.person === person;
    const end = (): void => void this.#end(shift);
    open({
      title: isOwn ? _("End my shift?") : _("End this shift?"),
      body: [
        element("p", { class: "lead" }, shift.person_name ?? ""),
        action(_("End the shift"), end, "button wide"),
      ],
      shortcuts: [
        { code: "F8", label: _("End the shift"), run: end },
        { code: "Escape", label: _("Back"), run: () => go(BASE) },
      ],
      scanned: () => {},
      waiting: {
        tone: "attention",
        title: isOwn ? _("Is everything done?") : _("Somebody else's shift"),
        detail: _("Whoever works in it is signed out, on every device."),
        next: _("End it (F8), or go back (Esc)."),
      },
    });
  }

  #end(shift: ShiftView): Promise<void> {
    this.#ending ??= this.#ended(shift).finally(() => {
      this.#ending = undefined;
    });
    return this.#ending;
  }

  async #ended(shift: ShiftView): Promise<void> {
    const { services, show, go, left, person } = this.#parts;
    show({ tone: "busy", title: _("End the shift"), next: _("One moment.") });
    const result = await endShift(services, shift.id);
    const isOwn = shift.person === person;
    // The session may be gone before its answer arrives: then the shift has ended.
    if (isOwn && (result.kind === "done" || result.kind === "signed_out")) return left();
    if (result.kind === "done") go(BASE);
    else show(failureAnswer(result));
  }

  #report(id: string): Screen {
    const { services, show, go } = this.#parts;
    const body = element("div", { class: "figures" });
    let report: ShiftReport | undefined;
    let acceptances: readonly ClosedAcceptance[] = [];
    const printIt = (): void => {
      if (report !== undefined) printOn("sheet", reportView(report, acceptances, new Date()));
    };
    const links = {
      orders: (figure: FigureName, title: string) => this.#orders(id, figure, title),
      acceptance: (acceptance: string) => go(`/acceptance-report/${acceptance}`),
    };
    const load = async (): Promise<void> => {
      const found = await readReport(services, id);
      if (found.kind !== "done") return show(failureAnswer(found));
      report = found.value;
      acceptances = await closedAcceptances(services, report.shift);
      fill(body, reportView(report, acceptances, new Date(), links));
      show(reportAnswer(report));
    };
    void load();
    const save = (): void => void this.#save(id);
    const keys: Shortcut[] = [
      { code: "F2", label: _("Print"), run: printIt },
      { code: "F4", label: _("Table (CSV)"), run: save },
      { code: "Escape", label: _("Shift"), run: () => go(BASE) },
    ];
    return {
      title: _("Report of a shift"),
      body: [body],
      shortcuts: keys,
      scanned: () => {},
      waiting: { tone: "busy", title: _("Report of a shift"), next: _("One moment.") },
    };
  }

  async #save(id: string): Promise<void> {
    const { services, show } = this.#parts;
    const table = await download(`${shiftsPath(services.point)}/${id}/report?form=csv`);
    if (table === undefined) {
      show({
        tone: "error",
        title: _("The table could not be read"),
        next: _("Check the network of this device, then try again (F4)."),
      });
      return;
    }
    const address = URL.createObjectURL(table);
    element("a", { href: address, download: `shift-${id}.csv` }).click();
    URL.revokeObjectURL(address);
  }

  /** The orders behind a figure; each leads to what is known of it. */
  #orders(id: string, figure: FigureName, title: string): void {
    const { services, open, show, go } = this.#parts;
    const list = element("ul", { class: "shift-list" });
    const back = (): void => go(`${BASE}/${id}`);
    open({
      title,
      body: [list],
      shortcuts: [{ code: "Escape", label: _("Back"), run: back }],
      scanned: (code) => go(`/orders/${encodeURIComponent(code)}`),
      waiting: { tone: "busy", title, next: _("One moment.") },
    });
    void readOrders(services, id, figure).then((found) => {
      if (!list.isConnected) return;
      if (found.kind !== "done") return show(failureAnswer(found));
      const { items, is_complete } = found.value;
      const rows = items.map(({ number, at }) =>
        element(
          "li",
          { class: "shift-row" },
          action(grouped(number), () => go(`/orders/${number}`)),
          element("span", {}, moment(at)),
        ),
      );
      fill(list, ...rows);
      show({
        tone: "ok",
        title: ngettext("{number} order", "{number} orders", items.length),
        ...(is_complete ? {} : { detail: _("These are the first of them.") }),
        next: _("Choose one to see where it is. Each look is written down."),
      });
    });
  }
}

function endLabel(shift: ShiftView, own: ShiftView | undefined): string {
  return shift.id === own?.id ? _("End my shift") : _("End this shift");
}

function overviewAnswer(own: ShiftView | undefined): Answer {
  if (own === undefined) {
    return {
      tone: "waiting",
      title: _("You have no open shift here"),
      next: _("Look at reports (F3) or approvals (F4)."),
    };
  }
  return {
    tone: "ok",
    title: _("You are at work"),
    detail: _("since {time}", { time: moment(own.begun_at) }),
    facts: [
      { name: _("At work"), value: durationText(own, new Date()) },
      { name: _("Ends by itself"), value: moment(own.ends_by) },
    ],
    next: _("Before you go home: look at the report (F3) and end the shift (F2)."),
  };
}

function reportAnswer(report: ShiftReport): Answer {
  const { shift } = report;
  const issued = report.issued_whole + report.issued_part;
  return {
    tone: shift.end_reason === "time_limit" ? "attention" : "ok",
    title: shift.ended_at === null ? _("So far") : _("The shift is over"),
    detail: [shift.person_name ?? "", endText(shift.end_reason)].filter(Boolean).join(" · "),
    facts: [
      { name: _("Accepted"), value: String(report.accepted) },
      { name: _("Handed over"), value: String(issued) },
      { name: _("Without a code"), value: String(report.without_code) },
    ],
    next: _("A figure leads to its orders. Print it (F2), or save it as a table (F4)."),
  };
}
