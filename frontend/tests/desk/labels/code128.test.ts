import assert from "node:assert/strict";
import { test } from "node:test";
import { code128 } from "../../../src/desk/labels/code128.ts";
import { LabelPrinter } from "../../../src/desk/labels/parcel_label.ts";

test("digits are written in pairs, other texts sign by sign", () => {
  const digits = code128("52239418720701") ?? [];
  // Start, seven pairs, the check sign: nine of six widths and eleven modules, and the stop.
  assert.equal(digits.length, 9 * 6 + 7);
  assert.equal(
    digits.reduce((all, width) => all + width, 0),
    9 * 11 + 13,
  );
  assert.equal(code128("GOTOVO-DONE")?.length, 13 * 6 + 7);
});

test("a text that has a sign without a barcode has none", () => {
  assert.equal(code128("ГОТОВО"), undefined);
  assert.equal(code128(""), undefined);
});

test("a sticker is printed by itself only where the device is set to, and again at will", () => {
  const printed: string[] = [];
  let isOn = false;
  const printer = new LabelPrinter(
    () => isOn,
    ({ cell }) => printed.push(cell),
  );
  assert.equal(printer.again(), false);
  printer.taken({ parcel: "52239418720701", cell: "1-1" });
  assert.deepEqual(printed, []);
  assert.equal(printer.again(), true);
  isOn = true;
  printer.taken({ parcel: "52239418720702", cell: "1-2" });
  assert.equal(printer.again(), true);
  assert.deepEqual(printed, ["1-1", "1-2", "1-2"]);
});
