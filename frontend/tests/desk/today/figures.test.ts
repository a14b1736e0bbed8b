import assert from "node:assert/strict";
import { test } from "node:test";
import type { TodayView } from "../../../src/api/openapi.d.ts";
import { figureGroups, LISTS, listTitle, todayAnswer } from "../../../src/desk/today/figures.ts";

function day(changes: Partial<TodayView> = {}): TodayView {
  return {
    at: "2026-12-01T09:00:00Z",
    day: "2026-12-01",
    time_zone: "Europe/Moscow",
    arriving: { vans: 1, parcels: 60, promised_orders: 40, late_orders: 2 },
    waiting: { orders: 300, parcels: 375, parcels_to_shelve: 0 },
    expiring: { today: 0, tomorrow: 4 },
    announced_returns: 1,
    leaving: { parcels: 7, given_back: 2 },
    open_visits: 3,
    open_cases: 5,
    overfull_cells: [],
    on_shift: [],
    closed: null,
    ...changes,
  };
}

test("every list of orders stands behind one figure, under its own name", () => {
  const figures = figureGroups(day()).flatMap((each) => each.figures);
  const lists = figures.flatMap(({ list }) => (list === undefined ? [] : [list]));
  assert.deepEqual([...lists].sort(), [...LISTS].sort());
  for (const { name, list } of figures) if (list !== undefined) assert.equal(name, listTitle(list));
});

test("boxes are shown where they are counted", () => {
  const names = (today: TodayView) =>
    figureGroups(today).flatMap((each) => each.figures.map((figure) => figure.name));
  assert.ok(!names(day()).includes("Boxes"));
  assert.ok(names(day({ leaving: { parcels: 7, given_back: 2, boxes: 3 } })).includes("Boxes"));
});

test("what needs somebody first is said first", () => {
  assert.equal(todayAnswer(day()).title, "Nothing is urgent");
  const expiring = { today: 1, tomorrow: 4 };
  assert.equal(todayAnswer(day({ expiring })).title, "1 order is kept until today");
  const waiting = { orders: 300, parcels: 375, parcels_to_shelve: 2 };
  assert.equal(todayAnswer(day({ expiring, waiting })).title, "2 parcels are not shelved");
  const closed = { id: "c", since: "2026-12-01T08:00:00Z", until: null };
  const shut = todayAnswer(day({ expiring, waiting, closed }));
  assert.equal(shut.title, "The point is closed");
  assert.match(shut.detail ?? "", /until further notice/);
});

test("a closure that is still to come is told beside what is urgent", () => {
  const closed = { id: "c", since: "2026-12-04T08:00:00Z", until: "2026-12-06T07:00:00Z" };
  const answer = todayAnswer(day({ closed }));
  assert.equal(answer.title, "Nothing is urgent");
  assert.match(answer.detail ?? "", /^From 4 Dec, .* until 6 Dec, /);
});
