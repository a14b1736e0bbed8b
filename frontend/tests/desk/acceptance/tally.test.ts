import assert from "node:assert/strict";
import { test } from "node:test";
import { otherFigures, progressText } from "../../../src/desk/acceptance/progress_view.ts";
import { differencesOf, resultText } from "../../../src/desk/acceptance/report_body.ts";
import { scanAnswer } from "../../../src/desk/acceptance/scan_answer.ts";
import { shelvingAnswer } from "../../../src/desk/acceptance/shelving_answer.ts";
import { afterScan, afterShelving, tallyOf } from "../../../src/desk/acceptance/tally.ts";
import { FIRST, reportView, SECOND, scanView, shelvingView } from "./world.ts";

const BOTH = reportView([
  { result: "missing", parcel: FIRST },
  { result: "missing", parcel: SECOND },
]);

test("what comes is no longer missing, and waits for its shelf", () => {
  let tally = tallyOf(BOTH, []);
  assert.equal(progressText(tally), "0 of 2, 2 missing");
  tally = afterScan(tally, scanView());
  tally = afterScan(tally, scanView({ answer: "already_here" }));
  assert.equal(progressText(tally), "1 of 2, 1 missing");
  assert.deepEqual([...tally.unshelved], [FIRST]);
  assert.equal(tally.cells.get(FIRST), "54-35");
  tally = afterShelving(tally, shelvingView());
  assert.deepEqual([...tally.unshelved], []);
  tally = afterScan(tally, scanView({ answer: "damaged", parcel: SECOND }));
  assert.equal(progressText(tally), "2 of 2: all are here");
});

test("what should not have come is counted apart, and is not a part of what was expected", () => {
  let tally = tallyOf(BOTH, []);
  for (const answer of ["surplus", "wrong_point", "unknown", "no_order"] as const) {
    tally = afterScan(tally, scanView({ answer, parcel: "64311209056001" }));
  }
  assert.equal(progressText(tally), "0 of 2, 2 missing");
  assert.deepEqual(otherFigures(tally), [
    { name: "Surplus", value: "1" },
    { name: "Put aside", value: "2" },
  ]);
});

test("a loose acceptance expects nothing", () => {
  assert.equal(progressText(tallyOf(reportView(), [])), "Loose: nothing is expected.");
});

test("the differences of a report are those that its sender hears of", () => {
  const report = reportView([
    { result: "accepted" },
    { result: "missing" },
    { result: "put_aside", answer: "wrong_point" },
    { result: "no_order" },
  ]);
  assert.deepEqual(differencesOf(report).map(resultText), ["Missing", "Not for this point"]);
});

test("another cell than the proposed one is accepted, and told", () => {
  const other = shelvingAnswer(shelvingView({ cell: "54-36" }), "54-35");
  assert.equal(other.tone, "attention");
  assert.equal(other.detail, "Another cell: 54-35 was proposed, it lies in 54-36 now.");
  assert.equal(shelvingAnswer(shelvingView(), "54-35").tone, "ok");
});

test("every answer has its title, and only what is as expected is a plain yes", () => {
  const answers = [
    "already_here",
    "wrong_point",
    "surplus",
    "unknown",
    "unreadable",
    "duplicate_code",
    "damaged",
    "no_order",
    "to_return",
  ] as const;
  const told = answers.map((answer) => scanAnswer(scanView({ answer }), FIRST));
  assert.equal(new Set(told.map((each) => each.title)).size, answers.length);
  assert.deepEqual(new Set(told.map((each) => each.tone)), new Set(["attention"]));
  assert.equal(scanAnswer(scanView(), FIRST).tone, "ok");
});
