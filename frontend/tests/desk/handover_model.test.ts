import assert from "node:assert/strict";
import { test } from "node:test";
import { recognise } from "../../src/codes/forms.ts";
import { added, isComplete, NOTHING, requestOf } from "../../src/desk/handover/identification.ts";
import { KeptMarks } from "../../src/desk/handover/kept_marks.ts";
import {
  completionBody,
  counts,
  type Handover,
  identified,
  left,
  missing,
  paid,
  refused,
  sent,
  stageOf,
  ticked,
  unpaid,
  unticked,
  type VisitOrder,
} from "../../src/desk/handover/model.ts";

const FIRST = "522394187207";
const SECOND = "700000123457";

function order(number: string, parcels: number, changes: Partial<VisitOrder> = {}): VisitOrder {
  return {
    number,
    stage: "handing_over",
    proof: "qr",
    until: null,
    cells: ["54-35"],
    parcels: Array.from({ length: parcels }, (_each, index) => ({
      barcode: `${number}0${index + 1}`,
      cell: `54-${35 + index}`,
    })),
    lines: [
      {
        line: 1,
        sku: "MUG",
        title: "Mug",
        quantity: 2,
        price: { amount: 49_900, currency: "RUB" },
        refusable: true,
      },
    ],
    due: null,
    promised_for: null,
    refusal: null,
    version: 7,
    ...changes,
  } as VisitOrder;
}

function visit(...orders: VisitOrder[]): Handover {
  const buyer = { name_masked: "Alina", phone_last4: "4547" };
  return identified({ id: "a", buyer, by_trusted: false, until: null, orders });
}

function scanned(handover: Handover, ...codes: string[]): Handover {
  return codes.reduce((before, code) => {
    const tick = ticked(before, code);
    assert.equal(tick.kind, "ticked", code);
    return tick.kind === "ticked" ? tick.handover : before;
  }, handover);
}

test("an order is identified, ticked off, ready and sent, in this order", () => {
  const begun = visit(order(FIRST, 1));
  assert.equal(stageOf(begun), "ticking");
  const ready = scanned(begun, `${FIRST}01`);
  assert.equal(stageOf(ready), "ready");
  assert.deepEqual(counts(ready), { done: 1, all: 1 });
  assert.equal(stageOf(sent(ready, "id")), "sent");
  assert.equal(stageOf(sent(sent(ready, "id"), null)), "ready");
});

test("the number of an order ticks off its only parcel, and none of several", () => {
  assert.equal(stageOf(scanned(visit(order(FIRST, 1)), FIRST)), "ready");
  assert.equal(ticked(visit(order(FIRST, 2)), FIRST).kind, "several");
});

test("half a visit is not ready, and what is missing is named with its cell", () => {
  const half = scanned(visit(order(FIRST, 2), order(SECOND, 1)), `${FIRST}01`, `${SECOND}01`);
  assert.equal(stageOf(half), "ticking");
  assert.deepEqual(missing(half), [{ barcode: `${FIRST}02`, cell: "54-36" }]);
  assert.equal(stageOf(scanned(half, `${FIRST}02`)), "ready");
});

test("a parcel counts once, can be taken back, and a stranger's is none of the visit", () => {
  const one = scanned(visit(order(FIRST, 1)), `${FIRST}01`);
  assert.equal(ticked(one, `${FIRST}01`).kind, "already");
  assert.equal(stageOf(unticked(one, FIRST, `${FIRST}01`)), "ticking");
  assert.equal(ticked(one, `${SECOND}01`).kind, "other");
});

test("an order that waits is ticked off by nothing and asked for by nothing", () => {
  const refusal = { code: "not_ready", title: "Not ready" } as NonNullable<VisitOrder["refusal"]>;
  const both = visit(order(FIRST, 1), order(SECOND, 1, { refusal }));
  assert.equal(ticked(both, `${SECOND}01`).kind, "waits");
  const ready = scanned(both, `${FIRST}01`);
  assert.equal(stageOf(ready), "ready");
  assert.equal(completionBody(ready).orders.length, 1);
});

test("goods that can't be refused stay only with a defect", () => {
  const [line] = order(FIRST, 1).lines;
  assert.ok(line);
  const strict = visit(order(FIRST, 1, { lines: [{ ...line, refusable: false }] }));
  const one = { line: 1, quantity: 1 } as const;
  assert.equal(refused(strict, FIRST, { ...one, reason: "not_fitting" }), undefined);
  assert.ok(refused(strict, FIRST, { ...one, reason: "defect" }));
});

test("units are refused up to what there is, and nothing is fetched once all are", () => {
  const all = refused(visit(order(FIRST, 1)), FIRST, { line: 1, quantity: 9, reason: "defect" });
  assert.ok(all);
  assert.equal(stageOf(all), "ready");
  const [ended] = completionBody(all).orders;
  assert.deepEqual(ended, {
    number: FIRST,
    scanned: [],
    refused: [{ line: 1, quantity: 2, reason: "defect" }],
  });
  const none = refused(all, FIRST, { line: 1, quantity: 0, reason: "defect" });
  assert.ok(none);
  assert.equal(stageOf(none), "ticking");
});

test("what is due is confirmed before the end, and goes with it", () => {
  const due = { amount: 99_800, currency: "RUB" };
  const begun = scanned(visit(order(FIRST, 1, { due })), `${FIRST}01`);
  assert.equal(stageOf(begun), "ticking");
  assert.deepEqual(
    unpaid(begun).map((each) => each.number),
    [FIRST],
  );
  const done = paid(begun, FIRST, { method: "card", reference: "17" });
  assert.equal(stageOf(done), "ready");
  assert.deepEqual(completionBody(done).orders, [
    {
      number: FIRST,
      scanned: [`${FIRST}01`],
      refused: [],
      payment: { ...due, method: "card", reference: "17" },
    },
  ]);
});

test("an order that stays is named in the one request, and needs no parcel", () => {
  const stays = left(visit(order(FIRST, 2)), FIRST, true);
  assert.equal(stageOf(stays), "ready");
  assert.deepEqual(completionBody(stays).orders, [{ number: FIRST, leaves: true }]);
});

test("what was ticked off survives a reload, and what was sent until it is answered", () => {
  const stored = new Map<string, string>();
  const storage = {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
  };
  const half = scanned(visit(order(FIRST, 2)), `${FIRST}01`);
  new KeptMarks(storage).keep([half]);
  const kept = new KeptMarks(storage).of("a");
  assert.deepEqual(missing(identified(half.visit, { ...half, ...kept })), missing(half));
  new KeptMarks(storage).keep([sent(half, "id")]);
  new KeptMarks(storage).keep([]);
  assert.equal(new KeptMarks(storage).of("a")?.sent, "id");
  new KeptMarks(storage).keep([], "a");
  assert.equal(new KeptMarks(storage).of("a"), undefined);
  assert.ok(![...stored.values()].join().includes("Alina"));
  stored.set("gotovo-handovers", "{broken");
  assert.equal(new KeptMarks(storage).of("a"), undefined);
});

test("a buyer is identified by two things in any order, and never by a code alone", () => {
  const number = FIRST;
  const byCode = added(NOTHING, recognise("123456"));
  assert.ok(byCode);
  assert.equal(requestOf(byCode), undefined);
  const both = added(byCode, recognise("4547"));
  assert.ok(both && isComplete(both));
  assert.deepEqual(requestOf(both), { phone_last4: "4547", code: "123456" });
  const byNumber = added(both, recognise(number));
  assert.ok(byNumber);
  assert.deepEqual(requestOf(byNumber), { number, code: "123456" });
  assert.deepEqual(requestOf({ ...NOTHING, number }), { number });
  assert.equal(added(NOTHING, recognise("CELL:54-35")), undefined);
});
