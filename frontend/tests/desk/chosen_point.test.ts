import assert from "node:assert/strict";
import { test } from "node:test";
import {
  isChoosing,
  keepChosen,
  placeAt,
  readChosen,
  stillThere,
} from "../../src/desk/points/chosen_point.ts";

const KREMLIN = { code: "KZN-1", title: "Кремль", zone: "Europe/Moscow" };
const PLACE = { base: "/desk", title: "Desk", person: "Фарида", role: "point" };

function device() {
  const values = new Map<string, string>();
  return {
    getItem: (name: string) => values.get(name) ?? null,
    setItem: (name: string, value: string) => void values.set(name, value),
  };
}

function answering(status: number, body: unknown) {
  return {
    fetch: async () => new Response(JSON.stringify(body), { status }),
    pause: async () => {},
  };
}

test("a device remembers the point, and forgets it when it is told to", () => {
  const storage = device();
  assert.equal(readChosen(storage), undefined);
  keepChosen(storage, KREMLIN);
  assert.deepEqual(readChosen(storage), KREMLIN);
  keepChosen(storage, undefined);
  assert.equal(readChosen(storage), undefined);
  for (const stored of ["{", "7", '{"code": "KZN-1"}']) {
    storage.setItem("desk-point", stored);
    assert.equal(readChosen(storage), undefined, stored);
  }
});

test("who has a point of their own is never asked, nor is anybody of no point", () => {
  assert.equal(isChoosing(PLACE), true);
  assert.equal(isChoosing({ ...PLACE, point: "KZN-2" }), false);
  assert.equal(isChoosing({ ...PLACE, role: "admin" }), false);
  assert.equal(placeAt(PLACE, KREMLIN).pointTitle, "Кремль");
});

test("a point that is gone is asked for again; without a network it stays", async () => {
  const problem = { code: "unknown_point", title: "t", detail: "d" };
  assert.equal(await stillThere(KREMLIN, answering(404, problem)), undefined);
  const down = { ...answering(200, {}), fetch: async () => Promise.reject(new TypeError()) };
  assert.deepEqual(await stillThere(KREMLIN, down), KREMLIN);
});
