/** The screens of today at a point: its figures, the orders behind them, and its closures. */

import { failureAnswer } from "../../api/failures.ts";
import type { ClosureView, TodayOrderView, TodayView } from "../../api/openapi.d.ts";
import type { Answer } from "../../shell/answer.ts";
import { element, fill } from "../../shell/elements.ts";
import { moment } from "../../shell/formats.ts";
import type { Screen } from "../../shell/frame.ts";
import type { Route } from "../../shell/router.ts";
import { _, ngettext } from "../../shell/words.ts";
import type { DeskServices } from "../desk_services.ts";
import { action } from "../handover/fields.ts";
import type { Task } from "../home.ts";
import { grouped } from "../numbers.ts";
import { daysText, stateText } from "./closing_form.ts";
import { ClosingScreens } from "./closing_screens.ts";
import { figureGroups, LISTS, listTitle, type TodayList, todayAnswer } from "./figures.ts";
import { readClosures, readOrders, readToday } from "./resources.ts";

const BASE = "/today";

/** The figures of a day change while somebody looks at them. */
const AGAIN_MS = 15_000;

/** What these screens need of the application. */
export interface TodayParts {
  readonly services: DeskServices;
  readonly open: (screen: Screen) => void;
  readonly show: (answer: Answer) => void;
  readonly go: (path: string) => void;
}

/** The tile of the first screen. */
export function todayTask(): Task {
  return {
    code: "F9",
    title: _("Today"),
    about: _("What comes, waits and must leave; closing the point"),
    path: BASE,
  };
}

export class TodayDesk {
  readonly #parts: TodayParts;
  readonly #closing: ClosingScreens;
  /** What has just been done to a closure, until it was shown. */
  #done: Answer | undefined;

  constructor(parts: TodayParts) {
    this.#parts = parts;
    this.#closing = new ClosingScreens({
      ...parts,
      list: `${BASE}/closures`,
      done: (answer) => {
        this.#done = answer;
      },
    });
  }

  routes(): Route<() => Screen>[] {
    return [
      { path: BASE, screen: () => () => this.#today() },
      { path: `${BASE}/closing`, screen: () => () => this.#closing.form(() => this.#back()) },
      { path: `${BASE}/closures`, screen: () => () => this.#closures() },
      {
        path: `${BASE}/orders/{which}`,
        screen:
          ({ which = "" }) =>
          () => {
            const list = LISTS.find((each) => each === which);
            return list === undefined ? this.#today() : this.#orders(list);
          },
      },
    ];
  }

  #back(): void {
    this.#parts.go(BASE);
  }

  /** Every figure; it is read again while it is looked at, and told anew only if it is another. */
  #today(): Screen {
    const { services, show, go } = this.#parts;
    const body = element("div", { class: "today" });
    let told = "";
    const load = async (): Promise<void> => {
      const found = await readToday(services);
      if (!body.isConnected) return clearInterval(again);
      if (found.kind !== "done") return show(failureAnswer(found));
      const answer = todayAnswer(found.value);
      const { at: _at, ...figures } = found.value;
      const seen = JSON.stringify(figures);
      if (seen === told) return;
      told = seen;
      fill(body, ...this.#todayBody(found.value));
      show(answer);
    };
    const again = setInterval(() => void load(), AGAIN_MS);
    queueMicrotask(() => void load());
    return {
      title: _("Today"),
      body: [body],
      shortcuts: [
        { code: "F2", label: _("Read again"), run: () => void load() },
        { code: "F3", label: _("Close the point"), run: () => go(`${BASE}/closing`) },
        { code: "F4", label: _("Closures"), run: () => go(`${BASE}/closures`) },
      ],
      scanned: (code) => go(`/orders/${encodeURIComponent(code)}`),
      waiting: { tone: "busy", title: _("Today"), next: _("One moment.") },
    };
  }

  #todayBody(today: TodayView): readonly HTMLElement[] {
    const groups = figureGroups(today).map(({ title, figures }) =>
      element(
        "section",
        { class: "today-group" },
        element("h2", {}, title),
        element(
          "dl",
          {},
          ...figures.flatMap(({ name, value, list }) => [
            element("dt", {}, name),
            element("dd", {}, this.#value(name, value, list)),
          ]),
        ),
      ),
    );
    const working = today.on_shift.map(({ name, begun_at }) =>
      element("li", {}, `${name} · ${_("since {time}", { time: moment(begun_at) })}`),
    );
    const overfull = today.overfull_cells.map(({ cell, parcels, fits }) =>
      element("li", {}, _("{cell}: {parcels} of {fits}", { cell, parcels, fits })),
    );
    return [
      ...groups,
      ...(overfull.length > 0 ? [listed(_("Cells that are too full"), overfull)] : []),
      ...(working.length > 0 ? [listed(_("At work now"), working)] : []),
    ];
  }

  #value(name: string, value: number, list: TodayList | undefined): HTMLElement | string {
    if (list === undefined || value === 0) return String(value);
    const open = (): void => this.#parts.go(`${BASE}/orders/${list}`);
    const button = action(String(value), open, "figure-link");
    button.setAttribute("aria-label", `${name}: ${value}`);
    return button;
  }

  /** The orders behind a figure, and where their parcels lie; each leads to what is known of it. */
  #orders(which: TodayList): Screen {
    const { services, show, go } = this.#parts;
    const list = element("ul", { class: "shift-list" });
    const more = action(_("More"), () => void load(), "button quiet");
    more.hidden = true;
    let after = "";
    let count = 0;
    const load = async (): Promise<void> => {
      more.disabled = true;
      const found = await readOrders(services, which, after);
      more.disabled = false;
      if (!list.isConnected) return;
      if (found.kind !== "done") return show(failureAnswer(found));
      const { items, next } = found.value;
      list.append(...items.map((each) => orderRow(each, go)));
      count += items.length;
      after = next ?? "";
      more.hidden = next === null;
      show({
        tone: "ok",
        title: ngettext("{number} order", "{number} orders", count),
        ...(next === null ? {} : { detail: _("These are the first of them.") }),
        next: _("Choose one to see where it is. Each look is written down."),
      });
    };
    queueMicrotask(() => void load());
    return {
      title: listTitle(which),
      body: [list, more],
      shortcuts: [{ code: "Escape", label: _("Today"), run: () => this.#back() }],
      scanned: (code) => go(`/orders/${encodeURIComponent(code)}`),
      waiting: { tone: "busy", title: listTitle(which), next: _("One moment.") },
    };
  }

  #closures(): Screen {
    const { services, show, go } = this.#parts;
    const list = element("ul", { class: "shift-list" });
    void readClosures(services).then((found) => {
      if (!list.isConnected) return;
      if (found.kind !== "done") return show(failureAnswer(found));
      const { items } = found.value;
      fill(list, ...items.map((each) => this.#closureRow(each)));
      show(this.#done ?? closuresAnswer(items));
      this.#done = undefined;
    });
    return {
      title: _("Closures"),
      body: [list],
      shortcuts: [
        { code: "F3", label: _("Close the point"), run: () => go(`${BASE}/closing`) },
        { code: "Escape", label: _("Today"), run: () => this.#back() },
      ],
      scanned: () => {},
      waiting: { tone: "busy", title: _("Closures"), next: _("One moment.") },
    };
  }

  #closureRow(closure: ClosureView): HTMLElement {
    const canOpen = closure.state === "planned" || closure.state === "current";
    const kind = closure.kind === "outage" ? _("could not work") : stateText(closure.state);
    const reason = closure.reason ?? "";
    const label = `${_("Open earlier")}: ${daysText(closure)}`;
    const open = action(_("Open earlier"), () => void this.#closing.reopening(closure));
    open.setAttribute("aria-label", label);
    return element(
      "li",
      { class: "shift-row" },
      element("strong", {}, daysText(closure)),
      element("span", {}, [kind, reason].filter(Boolean).join(" · ")),
      canOpen && open,
    );
  }
}

function listed(title: string, items: readonly HTMLElement[]): HTMLElement {
  return element(
    "section",
    { class: "today-group" },
    element("h2", {}, title),
    element("ul", {}, ...items),
  );
}

function orderRow(order: TodayOrderView, go: (path: string) => void): HTMLElement {
  const cells = [...new Set(order.parcels.map((each) => each.cell).filter(Boolean))];
  return element(
    "li",
    { class: "shift-row" },
    action(grouped(order.number), () => go(`/orders/${order.number}`)),
    element("span", {}, moment(order.due_at)),
    cells.length > 0 && element("strong", {}, cells.join(", ")),
  );
}

function closuresAnswer(items: readonly ClosureView[]): Answer {
  if (items.length === 0) {
    return {
      tone: "waiting",
      title: _("No closure was entered"),
      next: _("Close the point for days (F3), or go back (Esc)."),
    };
  }
  const current = items.find((each) => each.state === "current");
  return {
    tone: current === undefined ? "ok" : "attention",
    title: current === undefined ? _("The point is open") : _("The point is closed"),
    ...(current === undefined ? {} : { detail: daysText(current) }),
    next: _("Open it earlier where that is offered, or close it for days (F3)."),
  };
}
