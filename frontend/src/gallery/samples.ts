/** One answer of each kind; the number belongs to no order. */

import { failureAnswer } from "../api/failures.ts";
import type { ClosurePreviewView, TodayView } from "../api/openapi.d.ts";
import { grouped } from "../desk/numbers.ts";
import { orderAnswer, type ScannedOrder } from "../desk/order_answer.ts";
import { previewAnswer } from "../desk/today/closing_form.ts";
import { todayAnswer } from "../desk/today/figures.ts";
import type { Answer } from "../shell/answer.ts";
import { _, pgettext } from "../shell/words.ts";

const NUMBER = "522394187207";

/** Return the samples in the language that is spoken. */
export function SAMPLES(): readonly Answer[] {
  return [
    {
      tone: "waiting",
      title: _("Scan anything"),
      detail: _("A parcel, an order number or a buyer's code: the answer appears here."),
      next: _("Point the scanner at a code, or type a number (F1)."),
    },
    {
      tone: "busy",
      title: grouped(NUMBER),
      detail: _("Looking it up."),
      next: _("One moment."),
    },
    orderAnswer(order(["54-35"]), [step("handover")]),
    orderAnswer(order(["2-1", "54-35", "54-36", "101-12"], 45_000), [step("handover")]),
    orderAnswer(arrived(), [step("shelving")]),
    orderAnswer({ ...order(["54-35"]), attention: ["damaged"] }, []),
    todayAnswer(today(0)),
    todayAnswer(today(12)),
    previewAnswer(preview(), false),
    failureAnswer({ kind: "signed_out" }),
    failureAnswer({ kind: "unreachable" }),
    {
      tone: "error",
      title: _("This is no order number"),
      detail: _("What was read: {code}", { code: "4601234567890" }),
      next: _("Scan the label again, or type the 12 digits of the number."),
    },
  ];
}

function order(cells: readonly string[], due = 0): ScannedOrder {
  const names = cells.length > 0 ? cells : [null];
  return {
    number: NUMBER,
    status: "ready_for_pickup",
    status_label: pgettext("status", "Ready for pick-up"),
    stage: "shelved",
    outcome: null,
    attention: [],
    storage_deadline_at: "2026-11-30T17:00:00Z",
    due: { amount: due, currency: "RUB" },
    parcels: names.map((cell, index) => ({
      barcode: `${NUMBER}0${index + 1}`,
      cell,
      stage: "shelved",
      back: false,
    })),
  };
}

function arrived(): ScannedOrder {
  const status_label = pgettext("status", "In processing");
  return { ...order([]), status: "processing", status_label, stage: "arrived_at_point" };
}

function step(name: string) {
  return { step: name, step_label: name, allowed: true, refusal: null };
}

/** A day with so many orders that are kept until its end. */
function today(expiring: number): TodayView {
  return {
    at: "2026-12-01T09:00:00Z",
    day: "2026-12-01",
    time_zone: "Europe/Moscow",
    arriving: { vans: 1, parcels: 60, promised_orders: 40, late_orders: 2 },
    waiting: { orders: 300, parcels: 375, parcels_to_shelve: 0 },
    expiring: { today: expiring, tomorrow: 4 },
    announced_returns: 1,
    leaving: { parcels: 7, given_back: 2 },
    open_visits: 3,
    open_cases: 0,
    overfull_cells: [],
    on_shift: [],
    closed: null,
  };
}

function preview(): ClosurePreviewView {
  return {
    ready_orders: 300,
    orders_on_way: 40,
    deadlines: [],
    held: 300,
    promises: [],
    messages: 340,
    buyers: 281,
    is_complete: true,
    buyers_read: null,
    needs_approval: true,
    approval_about: "",
  };
}
