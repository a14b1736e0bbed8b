/** The answers of the hand-over: what every scan and every step has come to, in words. */

import type { EndedVisit, Problem } from "../../api/openapi.d.ts";
import type { Answer, Fact } from "../../shell/answer.ts";
import { sum } from "../../shell/formats.ts";
import { _, ngettext, pgettext } from "../../shell/words.ts";
import { grouped } from "../numbers.ts";
import { counts, type Handover, missing, stageOf, type Tick, unpaid } from "./model.ts";

export type EndedOrder = EndedVisit["orders"][number];

/** Where everything lies that is to be brought, or what is to be done before the end. */
export function handoverAnswer(handover: Handover, detail?: string): Answer {
  const rest = missing(handover);
  const cells = [...new Set(rest.map((parcel) => parcel.cell ?? "?"))];
  const facts = factsOf(handover);
  return {
    tone: "ok",
    title: titleOf(handover),
    ...(detail === undefined ? {} : { detail }),
    next: nextOf(handover),
    ...(cells.length > 0 ? { cells } : {}),
    facts,
  };
}

/** What a scan of a parcel has come to. */
export function tickAnswer(tick: Exclude<Tick, { kind: "ticked" }>, code: string): Answer {
  switch (tick.kind) {
    case "already":
      return {
        tone: "attention",
        title: _("Ticked off already"),
        detail: grouped(tick.parcel.barcode),
        next: _("Go on with the next parcel."),
      };
    case "several":
      return {
        tone: "attention",
        title: _("This order has several parcels"),
        detail: _("Order {number}", { number: grouped(tick.order.number) }),
        next: _("Scan the label of each parcel."),
      };
    case "waits":
      return {
        tone: "attention",
        title: tick.order.refusal?.title ?? _("Not handed over now"),
        detail: tick.order.refusal?.detail ?? grouped(tick.order.number),
        next: _("Keep this parcel here and go on with the others."),
      };
    case "other":
      return {
        tone: "error",
        title: _("Not this buyer's parcel"),
        detail: grouped(code),
        next: _("Put it back on its shelf: it isn't part of this hand-over."),
      };
  }
}

/** Somebody wants to end a hand-over that isn't ready: what was forgotten, and where it lies. */
export function forgottenAnswer(handover: Handover): Answer {
  const rest = missing(handover);
  if (rest.length === 0) {
    return {
      tone: "attention",
      title: _("Payment is not confirmed"),
      next: payNext(handover),
      facts: factsOf(handover),
    };
  }
  return {
    tone: "attention",
    title: ngettext("{number} parcel is missing", "{number} parcels are missing", rest.length),
    detail: rest.map((parcel) => grouped(parcel.barcode)).join(", "),
    next: _("Fetch it from the cell and scan it, or mark that the order stays here."),
    cells: [...new Set(rest.map((parcel) => parcel.cell ?? "?"))],
  };
}

export function sendingAnswer(): Answer {
  return { tone: "busy", title: _("Handing over"), next: _("One moment.") };
}

/** The command is safe on this device, and nobody knows yet what the server says. */
export function queuedAnswer(): Answer {
  return {
    tone: "attention",
    title: _("Not confirmed yet"),
    detail: _("There is no connection. The hand-over is kept on this device and sent by itself."),
    next: _("Keep the goods at the desk until the answer appears here."),
  };
}

/** What became of each order of a visit. */
export function endedAnswer(orders: readonly EndedOrder[]): Answer {
  const stopped = orders.find((each) => each.stopped_by_buyer);
  if (stopped !== undefined) return stoppedAnswer(stopped.number);
  const lost = orders.filter((each) => each.ending === "refused");
  const problem = lost.find((each) => each.problem !== null)?.problem;
  if (problem !== null && problem !== undefined) return refusedAnswer(orders, lost, problem);
  const left = orders.filter((each) => each.ending === "left");
  const back = orders.filter(isSentBack);
  return {
    tone: "ok",
    title: titleOfEnd(orders.length, left.length, back.length),
    next: [
      left.length > 0 && _("Put what stays back into its cell."),
      back.length > 0 && _("Put what the buyer did not take with what is sent back."),
      left.length + back.length > 0
        ? _("Then scan the next buyer's code.")
        : _("Scan the next buyer's code."),
    ]
      .filter((each) => each !== false)
      .join(" "),
    facts: outcomeFacts(orders),
  };
}

function titleOfEnd(all: number, left: number, back: number): string {
  if (left === all) return _("Everything stays here");
  return left + back === all ? _("Nothing was taken") : _("Handed over");
}

/** The buyer took none of it: the hand-over is done, and the order goes back. */
function isSentBack({ ending, outcome }: EndedOrder): boolean {
  return ending !== "left" && ending !== "refused" && outcome === "cancelled";
}

/** The buyer's page says that it is not them at the desk. */
export function stoppedAnswer(number: string): Answer {
  return {
    tone: "error",
    title: _("The buyer has stopped this"),
    detail: _("Order {number}: the buyer says that a stranger is at the desk.", {
      number: grouped(number),
    }),
    next: _("Hand nothing over. Keep the goods and call whoever is in charge."),
  };
}

/** A hand-over that was open is over, by another device or because its time was up. */
export function goneAnswer(): Answer {
  return {
    tone: "attention",
    title: _("This hand-over is over"),
    detail: _("It was ended on another device, or its time was up."),
    next: _("If the buyer is still here, scan their code again."),
  };
}

/** A word for the ending of an order. */
export function endingWord(ending: string): string {
  switch (ending) {
    case "done":
      return _("Handed over");
    case "already_done":
      return _("Handed over before");
    case "left":
      return _("Stays here");
    default:
      return _("Not handed over");
  }
}

function refusedAnswer(
  orders: readonly EndedOrder[],
  lost: readonly EndedOrder[],
  problem: Problem,
): Answer {
  const cells = lost.flatMap((each) => each.missing.map((parcel) => parcel.cell ?? "?"));
  return {
    tone: "error",
    title: problem.title,
    detail: problem.detail,
    next:
      cells.length > 0
        ? _("Fetch what is missing, scan it, and confirm again.")
        : _("Keep the goods of these orders here. The others are done."),
    ...(cells.length > 0 ? { cells: [...new Set(cells)] } : {}),
    facts: outcomeFacts(orders),
  };
}

function outcomeFacts(orders: readonly EndedOrder[]): Fact[] {
  return orders.map((each) => ({
    name: grouped(each.number),
    value: isSentBack(each) ? _("Goes back: nothing was taken") : endingWord(each.ending),
  }));
}

function titleOf(handover: Handover): string {
  if (stageOf(handover) === "ready") return _("Everything is here");
  const { done, all } = counts(handover);
  if (done < all) return _("{done} of {all} parcels", { done, all });
  return _("Take the payment");
}

function nextOf(handover: Handover): string {
  const rest = missing(handover);
  if (rest.length > 0) {
    return ngettext(
      "Fetch {number} parcel and scan it.",
      "Fetch {number} parcels and scan each.",
      rest.length,
    );
  }
  if (unpaid(handover).length > 0) return payNext(handover);
  return _("Let the buyer look. Then press Enter, or F2.");
}

function payNext(handover: Handover): string {
  const [order] = unpaid(handover);
  return _("Take {sum} and confirm the payment (F8).", {
    sum: order?.due ? sum(order.due) : "",
  });
}

function factsOf(handover: Handover): Fact[] {
  const { buyer, by_trusted: byTrusted } = handover.visit;
  const facts: Fact[] = [];
  if (buyer.name_masked !== null) {
    facts.push({ name: pgettext("person", "Buyer"), value: buyer.name_masked });
  }
  if (byTrusted) facts.push({ name: _("Who is here"), value: _("a trusted person") });
  const due = unpaid(handover).flatMap((order) => (order.due === null ? [] : [sum(order.due)]));
  if (due.length > 0) facts.push({ name: _("To be paid"), value: due.join(" + ") });
  return facts;
}
