import assert from "node:assert/strict";
import { test } from "node:test";
import type { ClosurePreviewView } from "../../../src/api/openapi.d.ts";
import {
  daysText,
  isAnswer,
  moveLines,
  previewAnswer,
  type TypedDays,
  typedClosure,
} from "../../../src/desk/today/closing_form.ts";

const TYPED: TypedDays = {
  kind: "closure",
  from: "2026-12-01",
  hour: "16:00",
  until: "2026-12-03",
  reason: "  A pipe has burst. ",
};

const PREVIEW: ClosurePreviewView = {
  ready_orders: 300,
  orders_on_way: 40,
  deadlines: [
    { from_day: "2026-12-08", to_day: "2026-12-11", orders: 12 },
    { from_day: "2026-12-09", to_day: null, orders: 1 },
  ],
  held: 0,
  promises: [],
  messages: 13,
  buyers: 11,
  is_complete: true,
  buyers_read: "Your pick-up point is closed.",
  needs_approval: true,
  approval_about: "KZN-1 closure",
};

test("what is typed becomes a closure as the API takes it", () => {
  assert.deepEqual(typedClosure(TYPED), {
    kind: "closure",
    starts_on: "2026-12-01",
    starts_at: "16:00:00",
    ends_on: "2026-12-03",
    reason: "A pipe has burst.",
  });
});

test("an empty last day is until further notice, and an empty hour is the whole day", () => {
  const found = typedClosure({ ...TYPED, hour: "", until: "" });
  assert.deepEqual(Object.keys(found), ["kind", "starts_on", "reason"]);
});

test("a missing day or reason is said before anything is sent", () => {
  for (const typed of [
    { ...TYPED, from: "" },
    { ...TYPED, reason: " a " },
  ]) {
    const found = typedClosure(typed);
    assert.ok(isAnswer(found) && found.tone === "error");
  }
});

test("days are written as people say them", () => {
  const days = { starts_on: "2026-12-01", starts_at: null, ends_on: "2026-12-01" };
  assert.equal(daysText(days), "1 December");
  assert.equal(daysText({ ...days, ends_on: "2026-12-03" }), "1 December – 3 December");
  assert.equal(
    daysText({ ...days, starts_at: "16:00:00", ends_on: null }),
    "From 1 December, 16:00 until further notice",
  );
});

test("a deadline that nobody knows yet has no day", () => {
  assert.deepEqual(moveLines(PREVIEW.deadlines), [
    "12 orders: 8 December → 11 December",
    "1 order: 9 December → a day that is not known yet",
  ]);
});

test("who confirms reads how many buyers are told, and whether somebody else decides", () => {
  const answer = previewAnswer(PREVIEW, false);
  assert.equal(answer.title, "11 buyers are told");
  assert.equal(answer.detail, "Your pick-up point is closed.");
  assert.deepEqual(
    answer.facts?.map(({ value }) => value),
    ["300", "40", "13", "0"],
  );
  assert.match(answer.next, /second person/);
  assert.doesNotMatch(previewAnswer({ ...PREVIEW, needs_approval: false }, false).next, /second/);
  const partly = previewAnswer({ ...PREVIEW, is_complete: false }, false);
  assert.match(partly.detail ?? "", /more orders than were counted/);
});

test("where no order is there, nobody is told anything", () => {
  assert.equal(previewAnswer({ ...PREVIEW, buyers: 0 }, false).detail, "No buyer is told.");
});
