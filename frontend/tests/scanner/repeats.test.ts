import assert from "node:assert/strict";
import { test } from "node:test";
import { recognise } from "../../src/codes/forms.ts";
import { RepeatGuard, WINDOW_MS } from "../../src/scanner/repeats.ts";

const PARCEL = "64311209056002";
const EAN = "4601234567893";
const UNIT = "010460123456789321abc\u001d93dGVz";

function judged(...scans: readonly (readonly [string, number])[]): readonly string[] {
  const guard = new RepeatGuard();
  return scans.map(([code, at]) => guard.judge(recognise(code), at));
}

test("a trigger that bounces is told once and does nothing twice", () => {
  assert.deepEqual(judged([PARCEL, 0], [PARCEL, 200], [PARCEL, 400], [PARCEL, 600]), [
    "new",
    "again",
    "silent",
    "silent",
  ]);
});

test("a trigger that is held is one scan, however long", () => {
  const held = Array.from({ length: 40 }, (_each, index) => [PARCEL, index * 700] as const);
  assert.equal(judged(...held).filter((each) => each === "new").length, 1);
});

test("the same code after the window is meant", () => {
  assert.deepEqual(judged([PARCEL, 0], [PARCEL, WINDOW_MS + 1]), ["new", "new"]);
});

test("the same code in another spelling is the same code", () => {
  assert.deepEqual(judged([PARCEL, 0], [`]C0${PARCEL}`, 200]), ["new", "again"]);
});

test("another scan in between changes nothing for a unit", () => {
  assert.deepEqual(judged([PARCEL, 0], ["64311209056003", 200], [PARCEL, 400]), [
    "new",
    "new",
    "again",
  ]);
});

test("two units of one product are two scans, one unit with a serial is one", () => {
  assert.deepEqual(judged([EAN, 0], [EAN, 300]), ["new", "new"]);
  assert.deepEqual(judged([UNIT, 0], [UNIT, 300]), ["new", "again"]);
  assert.deepEqual(judged([UNIT, 0], [UNIT.replace("abc", "abd"), 300]), ["new", "new"]);
});

test("a cell takes one parcel after the other", () => {
  const cell = "CELL:54-35";
  assert.deepEqual(judged([cell, 0], [PARCEL, 200], [cell, 400], [cell, 600]), [
    "new",
    "new",
    "new",
    "again",
  ]);
});

test("digits that name nothing alone are never a repetition", () => {
  assert.deepEqual(judged(["042917", 0], ["042917", 100]), ["new", "new"]);
  assert.deepEqual(judged(["unreadable", 0], ["unreadable", 100]), ["new", "new"]);
});

test("what came to nothing may be scanned again at once", () => {
  const guard = new RepeatGuard();
  assert.equal(guard.judge(recognise(PARCEL), 0), "new");
  guard.forget();
  assert.equal(guard.judge(recognise(PARCEL), 100), "new");
});
