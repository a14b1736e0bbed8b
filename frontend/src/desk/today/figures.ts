/** The figures of a day at a point, in words: what comes first needs somebody now. */

import type { ClosedTimeView, TodayView } from "../../api/openapi.d.ts";
import type { Answer } from "../../shell/answer.ts";
import { moment } from "../../shell/formats.ts";
import { _, ngettext } from "../../shell/words.ts";

/** The lists of orders behind figures. */
export const LISTS = [
  "late",
  "promised",
  "expiring_today",
  "expiring_tomorrow",
  "leaving",
  "returns",
] as const;
export type TodayList = (typeof LISTS)[number];

export interface Figure {
  readonly name: string;
  readonly value: number;
  /** The orders behind it, where there is a list of them. */
  readonly list?: TodayList;
}

export interface FigureGroup {
  readonly title: string;
  readonly figures: readonly Figure[];
}

/** Return every figure, in the order of a day. */
export function figureGroups(today: TodayView): readonly FigureGroup[] {
  const { arriving, waiting, expiring, leaving } = today;
  const boxes: readonly Figure[] =
    leaving.boxes === undefined ? [] : [{ name: _("Boxes"), value: leaving.boxes }];
  return [
    {
      title: _("Arriving"),
      figures: [
        { name: _("Vans"), value: arriving.vans },
        { name: _("Parcels in them"), value: arriving.parcels },
        { name: _("Orders promised for today"), value: arriving.promised_orders, list: "promised" },
        { name: _("Orders that are late"), value: arriving.late_orders, list: "late" },
      ],
    },
    {
      title: _("On the shelves"),
      figures: [
        { name: _("Orders that wait"), value: waiting.orders },
        { name: _("Parcels"), value: waiting.parcels },
        { name: _("Parcels that are not shelved"), value: waiting.parcels_to_shelve },
        { name: _("Kept until today"), value: expiring.today, list: "expiring_today" },
        { name: _("Kept until tomorrow"), value: expiring.tomorrow, list: "expiring_tomorrow" },
      ],
    },
    {
      title: _("With the next car"),
      figures: [
        { name: _("Parcels that must leave"), value: leaving.parcels, list: "leaving" },
        { name: _("Given back by buyers"), value: leaving.given_back },
        ...boxes,
      ],
    },
    {
      title: _("At the desk"),
      figures: [
        { name: _("Buyers being served"), value: today.open_visits },
        { name: _("Returns that are announced"), value: today.announced_returns, list: "returns" },
        { name: _("Open cases"), value: today.open_cases },
      ],
    },
  ];
}

/** Return the title of a list of orders. */
export function listTitle(list: TodayList): string {
  switch (list) {
    case "late":
      return _("Orders that are late");
    case "promised":
      return _("Orders promised for today");
    case "expiring_today":
      return _("Kept until today");
    case "expiring_tomorrow":
      return _("Kept until tomorrow");
    case "leaving":
      return _("Parcels that must leave");
    case "returns":
      return _("Returns that are announced");
  }
}

/** Return what needs somebody first, and what to do about it. */
export function todayAnswer(today: TodayView): Answer {
  const { arriving, waiting, expiring, leaving, closed } = today;
  const facts = [
    { name: _("Arriving"), value: String(arriving.parcels) },
    { name: _("On the shelves"), value: String(waiting.parcels) },
    { name: _("Must leave"), value: String(leaving.parcels) },
  ];
  if (closed !== null && Date.parse(closed.since) <= Date.parse(today.at)) {
    return {
      tone: "attention",
      title: _("The point is closed"),
      detail: closedText(closed),
      facts,
      next: _("If it opens earlier, take the closure back (F4)."),
    };
  }
  const coming = closed === null ? {} : { detail: closedText(closed) };
  if (waiting.parcels_to_shelve > 0) {
    const count = waiting.parcels_to_shelve;
    return {
      tone: "attention",
      title: ngettext("{number} parcel is not shelved", "{number} parcels are not shelved", count),
      ...coming,
      facts,
      next: _("Shelve them first: until then their buyers are not told (F2 on the first screen)."),
    };
  }
  const ending = expiring.today;
  if (ending > 0) {
    return {
      tone: "attention",
      title: ngettext(
        "{number} order is kept until today",
        "{number} orders are kept until today",
        ending,
      ),
      ...coming,
      facts,
      next: _("Their buyers may come until closing time. Nothing is sent back before."),
    };
  }
  return {
    tone: "ok",
    title: _("Nothing is urgent"),
    ...coming,
    facts,
    next: _("A figure leads to its orders. Each look is written down."),
  };
}

/** Return from when until when the point is closed. */
export function closedText({ since, until }: ClosedTimeView): string {
  const from = moment(since);
  if (until === null) return _("From {from} until further notice", { from });
  return _("From {from} until {until}", { from, until: moment(until) });
}
