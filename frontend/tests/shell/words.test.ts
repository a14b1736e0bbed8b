import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { _, ngettext, pgettext, speak } from "../../src/shell/words.ts";

beforeEach(() => speak("en", {}));

test("an English sentence needs no catalogue", () => {
  assert.equal(_("Cell {cell}", { cell: "54-35" }), "Cell 54-35");
});

test("a sentence is said in the language of the page", () => {
  speak("ru", { "Cell {cell}": "Ячейка {cell}" });
  assert.equal(_("Cell {cell}", { cell: "54-35" }), "Ячейка 54-35");
});

test("counts take their Russian form", () => {
  speak("ru", { "{number} parcel": ["{number} посылка", "{number} посылки", "{number} посылок"] });
  const said = [1, 3, 5, 11, 21].map((n) => ngettext("{number} parcel", "{number} parcels", n));
  assert.deepEqual(said, ["1 посылка", "3 посылки", "5 посылок", "11 посылок", "21 посылка"]);
});

test("counts take their English form", () => {
  assert.equal(ngettext("{number} parcel", "{number} parcels", 1), "1 parcel");
  assert.equal(ngettext("{number} parcel", "{number} parcels", 21), "21 parcels");
});

test("a text with a context has a translation of its own", () => {
  speak("ru", { "tile\u0004Returns": "Возвраты", Returns: "Возвращает" });
  assert.equal(pgettext("tile", "Returns"), "Возвраты");
});

test("a value that is missing is an error and not a hole in a sentence", () => {
  assert.throws(() => _("Cell {cell}"), /no value for cell/);
});
