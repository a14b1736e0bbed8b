/**
 * A hand-over as the screen knows it, without a page: what was ticked off, refused and paid.
 *
 * Identified → ticking → ready → sent; what became of it is the server's answer. Nothing here
 * decides what may be handed over: it only says what is still to do before the server is asked.
 */

import type { VisitView } from "../../api/openapi.d.ts";

export type VisitOrder = VisitView["orders"][number];
export type VisitParcel = VisitOrder["parcels"][number];

export type Reason = "not_fitting" | "not_as_described" | "defect" | "changed_mind" | "other";

/** Units of a line that the buyer leaves at the desk. */
export interface Refused {
  readonly line: number;
  readonly quantity: number;
  readonly reason: Reason;
  /** Ids of photos that are stored already. */
  readonly attachments?: readonly string[];
}

/** What the terminal or the till has taken; `reference` is on its slip. */
export interface Paid {
  readonly method: "card" | "cash";
  readonly reference: string;
}

/** What the clerk has done with one order. `leaves`: it goes back to its shelf. */
export interface Marks {
  readonly scanned: readonly string[];
  readonly refused: readonly Refused[];
  readonly paid: Paid | null;
  readonly leaves: boolean;
}

/** `sent` is the id of the command that ends it, null while the clerk works on it. */
export interface Handover {
  readonly visit: VisitView;
  readonly marks: Readonly<Record<string, Marks>>;
  readonly sent: string | null;
}

export type Stage = "ticking" | "ready" | "sent";

const UNTOUCHED: Marks = { scanned: [], refused: [], paid: null, leaves: false };

/** Return a hand-over of a visit, with what was done before the page was loaded again. */
export function identified(visit: VisitView, kept?: Handover): Handover {
  return { visit, marks: kept?.marks ?? {}, sent: kept?.sent ?? null };
}

/** The orders that are handed over now; the others of the buyer only wait. */
export function openOrders({ visit }: Handover): readonly VisitOrder[] {
  return visit.orders.filter((order) => order.refusal === null);
}

export function waitingOrders({ visit }: Handover): readonly VisitOrder[] {
  return visit.orders.filter((order) => order.refusal !== null);
}

export function marksOf(handover: Handover, number: string): Marks {
  return handover.marks[number] ?? UNTOUCHED;
}

/** What a scan of a parcel or of an order's number means to this hand-over. */
export type Tick =
  | { readonly kind: "ticked"; readonly handover: Handover; readonly parcel: VisitParcel }
  | { readonly kind: "already"; readonly parcel: VisitParcel }
  | { readonly kind: "several"; readonly order: VisitOrder }
  | { readonly kind: "waits"; readonly order: VisitOrder }
  | { readonly kind: "other" };

/** Tick off a parcel by its barcode, or by its order's number where that has one parcel. */
export function ticked(handover: Handover, code: string): Tick {
  const order = handover.visit.orders.find(
    (each) => each.number === code || each.parcels.some((parcel) => parcel.barcode === code),
  );
  if (order === undefined) return { kind: "other" };
  if (order.refusal !== null) return { kind: "waits", order };
  if (order.number === code && order.parcels.length > 1) return { kind: "several", order };
  const parcel = order.parcels.find((each) => each.barcode === code) ?? order.parcels[0];
  if (parcel === undefined) return { kind: "other" };
  const marks = marksOf(handover, order.number);
  if (marks.scanned.includes(parcel.barcode)) return { kind: "already", parcel };
  const scanned = [...marks.scanned, parcel.barcode];
  return {
    kind: "ticked",
    handover: marked(handover, order.number, { scanned, leaves: false }),
    parcel,
  };
}

/** Take a tick back. */
export function unticked(handover: Handover, number: string, barcode: string): Handover {
  const scanned = marksOf(handover, number).scanned.filter((each) => each !== barcode);
  return marked(handover, number, { scanned });
}

/**
 * Leave units of a line at the desk; no units take it back. Undefined where the goods can't be
 * refused without a defect.
 */
export function refused(
  handover: Handover,
  number: string,
  { line, quantity, reason, attachments = [] }: Refused,
): Handover | undefined {
  const order = handover.visit.orders.find((each) => each.number === number);
  const found = order?.lines.find((each) => each.line === line);
  if (found === undefined) return undefined;
  if (!found.refusable && reason !== "defect" && quantity > 0) return undefined;
  const others = marksOf(handover, number).refused.filter((each) => each.line !== line);
  const units = Math.min(Math.max(quantity, 0), found.quantity);
  const all =
    units === 0
      ? others
      : [
          ...others,
          { line, quantity: units, reason, ...(attachments.length > 0 ? { attachments } : {}) },
        ];
  return marked(handover, number, { refused: all });
}

export function paid(handover: Handover, number: string, payment: Paid | null): Handover {
  return marked(handover, number, { paid: payment });
}

/** Leave an order on its shelf, or take that back. */
export function left(handover: Handover, number: string, leaves: boolean): Handover {
  return marked(handover, number, { leaves, scanned: [], refused: [] });
}

export function sent(handover: Handover, id: string | null): Handover {
  return { ...handover, sent: id };
}

/** Parcels that are to be ticked off yet: none of an order that stays, or is refused altogether. */
export function missing(handover: Handover): readonly VisitParcel[] {
  return openOrders(handover).flatMap((order) => {
    const { scanned, leaves } = marksOf(handover, order.number);
    if (leaves || isAllRefused(handover, order)) return [];
    return order.parcels.filter((parcel) => !scanned.includes(parcel.barcode));
  });
}

/** Orders whose payment at the point was not confirmed yet. */
export function unpaid(handover: Handover): readonly VisitOrder[] {
  return openOrders(handover).filter((order) => {
    const marks = marksOf(handover, order.number);
    return (
      order.due !== null && !marks.leaves && marks.paid === null && !isAllRefused(handover, order)
    );
  });
}

export function stageOf(handover: Handover): Stage {
  if (handover.sent !== null) return "sent";
  return missing(handover).length === 0 && unpaid(handover).length === 0 ? "ready" : "ticking";
}

/** How many parcels of how many are ticked off. */
export function counts(handover: Handover): { readonly done: number; readonly all: number } {
  const staying = openOrders(handover).filter((each) => !marksOf(handover, each.number).leaves);
  const all = staying.flatMap((each) => each.parcels).length;
  return { done: all - missing(handover).length, all };
}

/** Return the body of the one request that ends the hand-over. */
export function completionBody(handover: Handover): { readonly orders: readonly unknown[] } {
  const orders = openOrders(handover).map((order) => {
    const marks = marksOf(handover, order.number);
    if (marks.leaves) return { number: order.number, leaves: true };
    const payment = marks.paid !== null && order.due !== null && { ...order.due, ...marks.paid };
    return {
      number: order.number,
      scanned: marks.scanned,
      refused: marks.refused,
      ...(payment ? { payment } : {}),
    };
  });
  return { orders };
}

function isAllRefused(handover: Handover, order: VisitOrder): boolean {
  const { refused: units } = marksOf(handover, order.number);
  return order.lines.every((line) =>
    units.some((each) => each.line === line.line && each.quantity >= line.quantity),
  );
}

function marked(handover: Handover, number: string, changes: Partial<Marks>): Handover {
  const marks = { ...marksOf(handover, number), ...changes };
  return { ...handover, marks: { ...handover.marks, [number]: marks } };
}
