import assert from "node:assert/strict";
import { test } from "node:test";
import { grouped, orderNumber } from "../../src/desk/numbers.ts";

const NUMBER = "522394187207";

test("a number is found however it is written, and in a barcode of the order", () => {
  for (const text of [NUMBER, "5223 9418 7207", "5223-9418-7207", "5223\u00a09418\u00a07207"]) {
    assert.equal(orderNumber(text), NUMBER);
  }
  assert.equal(orderNumber(`${NUMBER}01`), NUMBER);
});

test("a wrong digit and two that were swapped are found before anybody is asked", () => {
  assert.equal(orderNumber("522394187208"), undefined);
  assert.equal(orderNumber("252394187207"), undefined);
});

test("what is no number names no order", () => {
  for (const text of ["", "4601234567890", "CELL:54-35", "5223 9418 720A", "９".repeat(12)]) {
    assert.equal(orderNumber(text), undefined, text);
  }
});

test("a number is shown in the groups in which it is read aloud", () => {
  assert.equal(grouped(NUMBER), "5223\u00a09418\u00a07207");
});
