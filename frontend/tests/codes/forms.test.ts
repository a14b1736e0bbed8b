import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { CODE_LENGTH_MAX, recognise, type ScannedCode } from "../../src/codes/forms.ts";

type Example = Partial<ScannedCode> & { readonly code: string; readonly note: string };

const file = new URL("../../../tests/support/desk/code_forms.json", import.meta.url);
const examples: readonly Example[] = JSON.parse(readFileSync(file, "utf8"));
const nothing = { number: "", gtin: "", serial: "" };

for (const { note, code, ...expected } of examples) {
  test(`${note}: what the program recognises is recognised here`, () => {
    assert.deepEqual(recognise(code), { ...nothing, ...expected });
  });
}

test("what is too long is unknown", () => {
  assert.equal(recognise("7".repeat(CODE_LENGTH_MAX + 1)).kind, "unknown");
});

test("every text has an answer", () => {
  let seed = 20_261_122;
  const random = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return seed % below;
  };
  const letters = "]CELLBOXMAN-.:;0123456789\u001d()абю№\ud83d\u0000\uff11 ";
  for (let round = 0; round < 20_000; round += 1) {
    const length = random(24);
    const text = Array.from({ length }, () => letters.charAt(random(letters.length))).join("");
    const { kind, value } = recognise(text);
    if (kind === "unknown") assert.ok(value.length <= 64);
    else assert.deepEqual([recognise(value).kind, recognise(value).value], [kind, value], text);
  }
});
