/** What a clerk is told of an order that was scanned: where it is, and what to do with it. */

import type { AllowedStepsView, OrderView } from "../api/openapi.d.ts";
import type { Answer, Fact } from "../shell/answer.ts";
import { moment, sum } from "../shell/formats.ts";
import { _, ngettext, spokenLanguage } from "../shell/words.ts";
import { grouped } from "./numbers.ts";

/** What the answer needs of an order. */
export type ScannedOrder = Pick<
  OrderView,
  "number" | "status" | "status_label" | "stage" | "outcome" | "attention" | "storage_deadline_at"
> & {
  readonly parcels: readonly Pick<
    OrderView["parcels"][number],
    "barcode" | "cell" | "stage" | "back"
  >[];
  readonly due: Pick<OrderView["due"], "amount" | "currency">;
};

type Steps = Pick<AllowedStepsView, "items">["items"];

/** Return the answer for an order; `steps` are those that the person may take now. */
export function orderAnswer(order: ScannedOrder, steps: Steps): Answer {
  const cells = cellsOf(order);
  const facts = factsOf(order);
  return {
    tone: toneOf(order),
    title: order.status_label,
    detail: _("Order {number}", { number: grouped(order.number) }),
    next: nextOf(order, steps, cells),
    ...(cells.length > 0 ? { cells } : {}),
    ...(facts.length > 0 ? { facts } : {}),
  };
}

function cellsOf(order: ScannedOrder): string[] {
  const cells = order.parcels.filter((parcel) => !parcel.back).map((parcel) => parcel.cell ?? "");
  return [...new Set(cells.filter(Boolean))].sort((one, other) =>
    one.localeCompare(other, spokenLanguage(), { numeric: true }),
  );
}

function toneOf(order: ScannedOrder): Answer["tone"] {
  if (order.attention.some((flag) => flag !== "late")) return "attention";
  return order.status === "closed" && order.outcome !== "issued" ? "attention" : "ok";
}

/** The step that is due, as a sentence; a refusal of the hand-over says why there is none. */
function nextOf(order: ScannedOrder, steps: Steps, cells: readonly string[]): string {
  const allowed = new Set(steps.filter((step) => step.allowed).map((step) => step.step));
  if (order.attention.some((flag) => flag !== "late")) {
    return _("Hand nothing over: this order is with support.");
  }
  if (allowed.has("shelving") && order.stage === "arrived_at_point") {
    return _("Put it on a shelf and scan the cell.");
  }
  if (allowed.has("handover") && cells.length > 0) return fetchSentence(order);
  if (allowed.has("arrival")) return _("Accept it: it is not on a shelf yet.");
  if (allowed.has("withdrawal")) return _("Take it off the shelf and box it for the way back.");
  const refusal = steps.find((step) => step.step === "handover")?.refusal;
  return refusal?.detail ?? _("Nothing to do here. Scan the next one.");
}

function fetchSentence(order: ScannedOrder): string {
  const parcels = order.parcels.filter((parcel) => !parcel.back).length;
  return ngettext(
    "Fetch {number} parcel, then ask for the code.",
    "Fetch all {number} parcels, then ask for the code.",
    parcels,
  );
}

function factsOf(order: ScannedOrder): Fact[] {
  const live = order.parcels.filter((parcel) => !parcel.back).length;
  const facts: Fact[] = [];
  if (live > 0) facts.push({ name: _("Parcels"), value: String(live) });
  if (order.due.amount > 0) facts.push({ name: _("To be paid"), value: sum(order.due) });
  if (order.storage_deadline_at !== null) {
    facts.push({ name: _("Stored until"), value: moment(order.storage_deadline_at) });
  }
  return facts;
}
