import assert from "node:assert/strict";
import { test } from "node:test";
import type { ApprovalView } from "../../src/api/openapi.d.ts";
import { approvalAnswer, flagText } from "../../src/desk/approvals/approvals_screen.ts";
import { timeLeft } from "../../src/desk/approvals/words.ts";

const ANNA = "11111111-1111-4111-8111-111111111111";
const BORIS = "22222222-2222-4222-8222-222222222222";

function asked(by: string, changes: Partial<ApprovalView> = {}): ApprovalView {
  return {
    id: "33333333-3333-4333-8333-333333333333",
    code: "APP-KZWTB",
    point: "KZN-1",
    kind: "handover_without_code",
    about: "522394187207",
    note: "phone_lost",
    needs: "manager",
    state: "waiting",
    asked_by: `point:staff-${by.replaceAll("-", "")}`,
    asked_at: "2026-11-30T10:00:00Z",
    expires_at: "2026-11-30T10:15:00Z",
    decided_by: null,
    decided_at: null,
    ...changes,
  };
}

test("the bar tells of what others ask for, and not of what one asked for oneself", () => {
  assert.equal(flagText([asked(ANNA)], ANNA), undefined);
  assert.equal(flagText([asked(ANNA)], BORIS), "1 approval waits");
  assert.equal(flagText([asked(ANNA), asked(BORIS)], "33333333"), "2 approvals wait");
  assert.equal(flagText([asked(ANNA, { asked_by: "point:key-7" })], undefined), "1 approval waits");
});

test("the time that is left runs down and stops at none", () => {
  const until = "2026-11-30T10:15:00Z";
  assert.equal(timeLeft(until, new Date("2026-11-30T10:00:01Z")), "14:59");
  assert.equal(timeLeft(until, new Date("2026-11-30T10:14:59.500Z")), "0:01");
  assert.equal(timeLeft(until, new Date("2026-11-30T11:00:00Z")), "0:00");
});

test("a second person reads who asks for what, about what, for how much and how long", () => {
  const approval = asked(ANNA, {
    asked_by_name: "Анна",
    sum: { amount: 450_000, currency: "RUB" },
  });
  const answer = approvalAnswer(approval, new Date("2026-11-30T10:05:00Z"));
  assert.equal(answer.title, "Hand over without a code");
  assert.equal(answer.detail, "Анна: The phone is lost");
  const values = (answer.facts ?? []).map(({ value }) => value);
  assert.deepEqual(values.slice(2), ["APP-KZWTB", "the manager of the point", "10:00"]);
  assert.match(values[1] ?? "", /4,500/);
});
