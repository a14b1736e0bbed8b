import assert from "node:assert/strict";
import { test } from "node:test";
import type { Problem } from "../../../src/api/openapi.d.ts";
import { Desk, done, FIRST, SECOND, scanView, shelvingView } from "./world.ts";

const PROBLEM = { code: "unknown_cell", title: "Unknown cell", detail: "No such cell." } as Problem;

test("a parcel, then its cell: two commands with ids of this device", async () => {
  const desk = new Desk(done(scanView()), done(shelvingView()));
  await desk.scan(FIRST);
  assert.deepEqual(desk.answer?.cells, ["54-35"]);
  assert.equal(desk.answer?.say, "54, 35");
  await desk.scan("CELL:54-35");
  assert.deepEqual(
    desk.sent.map(({ path, body }) => [path, body]),
    [
      ["/points/KZN-1/acceptances/a/scans", { code: FIRST }],
      ["/points/KZN-1/shelvings", { parcel: FIRST, cell: "CELL:54-35" }],
    ],
  );
  assert.equal(new Set(desk.sent.map((each) => each.id)).size, 2);
  assert.equal(desk.answer?.tone, "ok");
});

test("a cell after its parcel is on the shelf moves nothing", async () => {
  const desk = new Desk(done(scanView()), done(shelvingView()));
  for (const code of [FIRST, "CELL:54-35", "CELL:54-36"]) await desk.scan(code);
  assert.equal(desk.sent.length, 2);
  assert.equal(desk.answer?.title, "Which parcel?");
});

test("a cell after a scan that failed is not for the parcel before it", async () => {
  const desk = new Desk(done(scanView()), { kind: "unreachable" });
  for (const code of [FIRST, "something else", "CELL:54-35"]) await desk.scan(code);
  assert.equal(desk.sent.length, 2);
  assert.equal(desk.answer?.title, "Which parcel?");
});

test("a wrong cell leaves the parcel chosen, and says what to do", async () => {
  const desk = new Desk(
    done(scanView()),
    { kind: "refused", problem: PROBLEM },
    done(shelvingView({ cell: "54-36" })),
  );
  await desk.scan(FIRST);
  await desk.scan("CELL:77-7");
  assert.match(desk.answer?.next ?? "", /type it as 54-35/);
  await desk.scan("CELL:54-36");
  assert.deepEqual(desk.sent.at(-1)?.body, { parcel: FIRST, cell: "CELL:54-36" });
});

test("a double trigger of nobody's code is one scan, however late its answer", async () => {
  const unknown = scanView({ answer: "unknown", parcel: null, order: null, cell: null });
  const desk = new Desk(done(unknown), done(unknown));
  const answered = desk.scan("4601234567893");
  desk.now = 5_000;
  await answered;
  await desk.scan("4601234567893");
  assert.equal(desk.sent.length, 1);
  desk.now += 10_000;
  await desk.scan("4601234567893");
  assert.equal(desk.sent.length, 2);
});

test("in the mode of shelving alone nothing is accepted", async () => {
  const desk = new Desk(done(shelvingView()));
  await desk.scan("4601234567893", "shelve");
  assert.equal(desk.answer?.title, "This is no parcel");
  await desk.scan(FIRST, "shelve");
  assert.equal(desk.answer?.title, "Which cell?");
  assert.equal(desk.sent.length, 0);
  await desk.scan("CELL:54-35", "shelve");
  assert.equal(desk.sent[0]?.path, "/points/KZN-1/shelvings");
});

test("a buyer's code is not sent", async () => {
  const desk = new Desk();
  await desk.scan(`${FIRST.slice(0, 12)}.0123456789abcdef01234567`);
  assert.equal(desk.answer?.title, "This is a buyer's code");
});

test("what waits for a network is told, and what was not stored", async () => {
  const desk = new Desk({ kind: "queued" }, { kind: "full" }, { kind: "queued" });
  await desk.scan(FIRST);
  assert.equal(desk.answer?.title, "Stored on this device");
  for (const tone of ["error", "attention"]) {
    await desk.scan(SECOND);
    assert.equal(desk.answer?.tone, tone);
  }
});

test("closing is one command, however often its key is pressed", async () => {
  const desk = new Desk({ kind: "unreachable" });
  assert.deepEqual(await Promise.all([desk.work.close(), desk.work.close()]), [false, false]);
  assert.equal(desk.sent.length, 1);
});

test("damage is told of the code that was scanned, with its reason", async () => {
  const desk = new Desk(done(scanView({ answer: "damaged" })));
  await desk.work.remark({ condition: "damaged", reason: "opened", code: FIRST });
  assert.deepEqual(desk.sent[0]?.body, { condition: "damaged", reason: "opened", code: FIRST });
  assert.equal(desk.answer?.tone, "attention");
});
