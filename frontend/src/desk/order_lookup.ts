/** Finding an order by a scan or by its number: the answer says where it is and what to do. */

import { read } from "../api/client.ts";
import { failureAnswer } from "../api/failures.ts";
import type { AllowedStepsView, OrderView } from "../api/openapi.d.ts";
import type { Answer } from "../shell/answer.ts";
import { element } from "../shell/elements.ts";
import type { Screen } from "../shell/frame.ts";
import { _ } from "../shell/words.ts";
import { grouped, orderNumber } from "./numbers.ts";
import { orderAnswer } from "./order_answer.ts";

/** Shows the answer of the latest scan: an earlier one that comes late is not shown. */
export class OrderLookup {
  readonly #show: (answer: Answer) => void;
  #latest = 0;

  constructor(show: (answer: Answer) => void) {
    this.#show = show;
  }

  /** Find whatever a code names. */
  async find(code: string): Promise<void> {
    this.#latest += 1;
    const turn = this.#latest;
    const number = orderNumber(code);
    if (number === undefined) {
      this.#show(unreadable(code));
      return;
    }
    this.#show({
      tone: "busy",
      title: grouped(number),
      detail: _("Looking it up."),
      next: _("One moment."),
    });
    const answer = await lookUp(number);
    if (turn === this.#latest) this.#show(answer);
  }
}

export function lookupScreen(scanned: (code: string) => void): Screen {
  return {
    title: _("Find an order"),
    body: [
      element(
        "p",
        { class: "lead" },
        _("By any parcel of it, or by the 12 digits of its number, with or without spaces."),
      ),
    ],
    shortcuts: [],
    scanned,
    waiting: {
      tone: "waiting",
      title: _("Which order?"),
      next: _("Scan a parcel, or type the number (F1)."),
    },
  };
}

async function lookUp(number: string): Promise<Answer> {
  const [order, steps] = await Promise.all([
    read<OrderView>(`/orders/${number}`),
    read<AllowedStepsView>(`/orders/${number}/allowed-steps`),
  ]);
  if (order.kind !== "done") return failureAnswer(order);
  if (steps.kind !== "done") return failureAnswer(steps);
  return orderAnswer(order.value, steps.value.items);
}

/** A code that names no order; the digits are shown, because a person may see the slip. */
function unreadable(code: string): Answer {
  return {
    tone: "error",
    title: _("This is no order number"),
    detail: _("What was read: {code}", { code: code.slice(0, 40) }),
    next: _("Scan the label again, or type the 12 digits of the number."),
  };
}
