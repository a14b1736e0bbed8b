/** Answers of a working day: a hand-over from scan to end, shelving, shifts and approvals. */

import { cellWanted, parcelWanted } from "../desk/acceptance/shelving_answer.ts";
import { approvalAnswer } from "../desk/approvals/approvals_screen.ts";
import {
  type EndedOrder,
  endedAnswer,
  forgottenAnswer,
  goneAnswer,
  handoverAnswer,
  queuedAnswer,
  stoppedAnswer,
  tickAnswer,
} from "../desk/handover/answers.ts";
import { identified, ticked, type VisitOrder } from "../desk/handover/model.ts";
import { overviewAnswer } from "../desk/shifts/shift_desk.ts";
import type { Answer } from "../shell/answer.ts";

const NUMBER = "522394187207";
const NOW = new Date("2026-11-30T12:00:00Z");
const LATER = "2026-11-30T12:14:05Z";

/** Return the answers of hand-overs, in the order in which they come. */
export function handoverSamples(): readonly Answer[] {
  const begun = identified({
    id: "0f6d4d3a-52c8-4b57-9f0e-201400000001",
    buyer: { name_masked: "A. K.", phone_last4: "4547" },
    by_trusted: false,
    until: LATER,
    orders: [orderOf(["54-35", "7-1"])],
  });
  const first = ticked(begun, `${NUMBER}01`);
  const half = first.kind === "ticked" ? first.handover : begun;
  const second = ticked(half, `${NUMBER}02`);
  const whole = second.kind === "ticked" ? second.handover : half;
  return [
    handoverAnswer(begun),
    handoverAnswer(half),
    forgottenAnswer(half),
    tickAnswer({ kind: "other" }, "73569701146101"),
    handoverAnswer(whole),
    queuedAnswer(),
    endedAnswer([ended({})]),
    endedAnswer([ended({ outcome: "cancelled" })]),
    endedAnswer([ended({ ending: "left", outcome: null })]),
    stoppedAnswer(NUMBER),
    goneAnswer(),
  ];
}

/** Return the answers of shelves, shifts and approvals. */
export function workSamples(): readonly Answer[] {
  return [
    cellWanted(`${NUMBER}01`, "54-35"),
    parcelWanted("54-35"),
    overviewAnswer(undefined),
    approvalAnswer(
      {
        id: "0f6d4d3a-52c8-4b57-9f0e-201400000002",
        code: "APP-XJRGL",
        point: "KZN-1",
        kind: "handover_without_code",
        about: NUMBER,
        note: "phone_lost",
        needs: "manager",
        state: "waiting",
        asked_by: "point:staff-1",
        asked_by_name: "Alsu G.",
        asked_at: NOW.toISOString(),
        expires_at: LATER,
        decided_by: null,
        decided_at: null,
        sum: { amount: 900_000, currency: "RUB" },
      },
      NOW,
    ),
  ];
}

function orderOf(cells: readonly string[]): VisitOrder {
  return {
    number: NUMBER,
    stage: "handing_over",
    proof: "qr",
    until: LATER,
    cells: [...cells],
    parcels: cells.map((cell, index) => ({ barcode: `${NUMBER}0${index + 1}`, cell })),
    lines: [
      {
        line: 1,
        sku: "MUG-RED",
        title: "",
        quantity: 2,
        price: { amount: 49_900, currency: "RUB" },
        refusable: true,
      },
    ],
    due: null,
    promised_for: null,
    refusal: null,
    version: 7,
  };
}

function ended(changes: Partial<EndedOrder>): EndedOrder {
  const done: EndedOrder = {
    number: NUMBER,
    ending: "done",
    stage: "issued",
    outcome: "issued",
    problem: null,
    missing: [],
    stopped_by_buyer: false,
    version: 8,
  };
  return { ...done, ...changes };
}
