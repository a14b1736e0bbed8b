/** Finding whatever a code names: the answer says what it is, where it lies, and what to do. */

import { type Network, read } from "../api/client.ts";
import { failureAnswer } from "../api/failures.ts";
import type { AllowedStepsView, OrderView, ScanView } from "../api/openapi.d.ts";
import type { Answer } from "../shell/answer.ts";
import { element } from "../shell/elements.ts";
import type { Screen } from "../shell/frame.ts";
import { _ } from "../shell/words.ts";
import { orderAnswer } from "./order_answer.ts";
import { scanAnswer } from "./scan_answer.ts";

/** Where codes are looked up. */
interface Desk {
  readonly point: string;
  readonly network: Network;
}

/** Shows the answer of the latest scan: an earlier one that comes late is not shown. */
export class OrderLookup {
  readonly #desk: Desk;
  readonly #show: (answer: Answer) => void;
  #latest = 0;

  constructor(desk: Desk, show: (answer: Answer) => void) {
    this.#desk = desk;
    this.#show = show;
  }

  /** Find whatever a code names; what is typed is in nobody's hands, and ends no search. */
  async find(code: string, typed: boolean): Promise<void> {
    this.#latest += 1;
    const turn = this.#latest;
    this.#show({
      tone: "busy",
      title: code.slice(0, 40),
      detail: _("Looking it up."),
      next: _("One moment."),
    });
    const answer = await this.#lookUp(code, typed);
    if (turn === this.#latest) this.#show(answer);
  }

  /** An order of this point is told in full, everything else by what the scan says of it. */
  async #lookUp(code: string, typed: boolean): Promise<Answer> {
    const { point, network } = this.#desk;
    const query = new URLSearchParams({ code, ...(typed ? { typed: "true" } : {}) });
    const scan = await read<ScanView>(`/points/${point}/scan?${query}`, network);
    if (scan.kind !== "done") return failureAnswer(scan);
    const { order } = scan.value;
    if (order === null || order.stage === null) return scanAnswer(scan.value, code);
    const [whole, steps] = await Promise.all([
      read<OrderView>(`/orders/${order.number}`, network),
      read<AllowedStepsView>(`/orders/${order.number}/allowed-steps`, network),
    ]);
    if (whole.kind !== "done" || steps.kind !== "done") return scanAnswer(scan.value, code);
    return orderAnswer(whole.value, steps.value.items);
  }
}

export function lookupScreen(scanned: Screen["scanned"]): Screen {
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
