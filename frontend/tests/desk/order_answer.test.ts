import assert from "node:assert/strict";
import { test } from "node:test";
import { orderAnswer, type ScannedOrder } from "../../src/desk/order_answer.ts";

const ORDER: ScannedOrder = {
  number: "522394187207",
  status: "ready_for_pickup",
  status_label: "Ready for pick-up",
  stage: "shelved",
  outcome: null,
  attention: [],
  storage_deadline_at: null,
  due: { amount: 0, currency: "RUB" },
  parcels: ["54-36", "2-1", "54-36"].map((cell, index) => ({
    barcode: `5223941872070${index + 1}`,
    cell,
    stage: "shelved",
    back: false,
  })),
};

const allowed = (step: string) => ({ step, step_label: step, allowed: true, refusal: null });
const refused = (detail: string) => ({
  step: "handover",
  step_label: "Hand-over",
  allowed: false,
  refusal: { code: "unpaid", title: "Not paid", detail },
});

test("every cell is named once, in the order of the shelves, and every parcel is counted", () => {
  const answer = orderAnswer(ORDER, [allowed("handover")]);
  assert.deepEqual(answer.cells, ["2-1", "54-36"]);
  assert.equal(answer.next, "Fetch all 3 parcels, then ask for the code.");
  assert.equal(answer.tone, "ok");
});

test("a parcel on its way back is neither counted nor fetched", () => {
  const [first, ...rest] = ORDER.parcels;
  assert.ok(first);
  const parcels = [{ ...first, back: true }, ...rest];
  const answer = orderAnswer({ ...ORDER, parcels }, [allowed("handover")]);
  assert.equal(answer.next, "Fetch all 2 parcels, then ask for the code.");
});

test("where handing over is refused, the reason is what to do next", () => {
  const answer = orderAnswer(ORDER, [refused("The order has to be paid first.")]);
  assert.equal(answer.next, "The order has to be paid first.");
});

test("a disputed order is handed to nobody, whatever else is allowed", () => {
  const answer = orderAnswer({ ...ORDER, attention: ["dispute"] }, [allowed("handover")]);
  assert.equal(answer.tone, "attention");
  assert.match(answer.next, /Hand nothing over/);
});

test("what has arrived goes on a shelf", () => {
  const arrived = { ...ORDER, status: "processing", stage: "arrived_at_point" };
  const answer = orderAnswer(arrived, [allowed("shelving"), allowed("arrival")]);
  assert.match(answer.next, /Put it on a shelf/);
});

test("what is still to be paid is shown in its own currency", () => {
  const answer = orderAnswer({ ...ORDER, due: { amount: 45_000, currency: "JPY" } }, []);
  const paid = answer.facts?.find((fact) => fact.name === "To be paid");
  assert.match(paid?.value ?? "", /45,000/);
});

test("a cancelled order asks for attention", () => {
  const cancelled = { ...ORDER, status: "closed", outcome: "cancelled", parcels: [] };
  assert.equal(orderAnswer(cancelled, []).tone, "attention");
});
