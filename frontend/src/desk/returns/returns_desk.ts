/** Goods brought back: the order is found, the goods are compared, a parcel is made of them. */

import { type Result, read } from "../../api/client.ts";
import { Commands, command } from "../../api/commands.ts";
import { failureAnswer } from "../../api/failures.ts";
import type {
  ApprovalView,
  ReturnOrder,
  ReturnOrders,
  ReturnParcel,
  TakenReturn,
} from "../../api/openapi.d.ts";
import type { Scan } from "../../scanner/scanner.ts";
import type { Answer } from "../../shell/answer.ts";
import { element, fill } from "../../shell/elements.ts";
import { clockTime, moment } from "../../shell/formats.ts";
import type { Screen } from "../../shell/frame.ts";
import { printOn } from "../../shell/printing.ts";
import { isProofMissing, withProof } from "../../shell/proof_dialog.ts";
import type { Route } from "../../shell/router.ts";
import { _, ngettext } from "../../shell/words.ts";
import { unansweredAnswer } from "../acceptance/outcomes.ts";
import { parcelName } from "../acceptance/scan_answer.ts";
import { askApproval, decisionOf } from "../approvals/asking.ts";
import { needsText } from "../approvals/words.ts";
import { boxPath } from "../boxes/resources.ts";
import { ask, type DeskServices } from "../desk_services.ts";
import { action, textField } from "../handover/fields.ts";
import type { Task } from "../home.ts";
import { barcode } from "../labels/barcode.ts";
import { grouped } from "../numbers.ts";
import { type Goods, GoodsForm } from "./goods_form.ts";

/** What these screens need of the application. */
export interface ReturnsParts {
  readonly services: DeskServices;
  readonly open: (screen: Screen) => void;
  readonly show: (answer: Answer) => void;
  readonly go: (path: string) => void;
}

const BASE = "/returns";

/** The tile of the first screen. */
export function returnsTask(): Task {
  return {
    code: "F6",
    title: _("Take back"),
    about: _("What a buyer brings back from home"),
    path: BASE,
  };
}

export class ReturnsDesk {
  readonly #parts: ReturnsParts;
  /** The screen that is open: what another one asked for comes too late. */
  #screen = 0;
  #sending: Promise<void> | undefined;

  constructor(parts: ReturnsParts) {
    this.#parts = parts;
  }

  routes(): Route<() => Screen>[] {
    return [{ path: BASE, screen: () => () => this.#search() }];
  }

  #search(): Screen {
    this.#screen += 1;
    const list = element("div", { class: "claimed" });
    const digits = textField(_("Last four digits of the phone"), {
      inputmode: "numeric",
      maxlength: 4,
    });
    const code = textField(_("Code of the hand-over"), { maxlength: 12 });
    const byPhone = (): void =>
      void this.#find({
        phone_last4: digits.input.value.trim(),
        code: code.input.value.trim(),
      });
    void this.#list(list);
    return {
      title: _("Take back"),
      body: [
        list,
        element(
          "details",
          { class: "by-phone" },
          element("summary", {}, _("By phone and code")),
          element(
            "div",
            { class: "desk-form" },
            digits.root,
            code.root,
            action(_("Find"), byPhone),
          ),
        ),
      ],
      shortcuts: [],
      scanned: (_code, scan) => this.#find({ scanned: scan.text }),
      waiting: {
        tone: "waiting",
        title: _("What comes back?"),
        detail: _("The buyer's QR, the number of the order, or the label of a parcel."),
        next: _("Scan it, or type the number (F1)."),
      },
    };
  }

  async #list(list: HTMLElement): Promise<void> {
    const { point, network } = this.#parts.services;
    const found = await read<ReturnOrders>(`/points/${point}/returns`, network);
    if (found.kind !== "done") return;
    const rows = found.value.items.map((order) => {
      const open = action(grouped(order.number), () => void this.#find({ scanned: order.number }));
      const since = order.claimed_at === null ? "" : moment(order.claimed_at);
      return element("li", { class: "leaving-row" }, open, element("span", {}, since));
    });
    fill(
      list,
      element(
        "h2",
        {},
        ngettext("{number} return is announced", "{number} returns are announced", rows.length),
      ),
      rows.length > 0 && element("ul", { class: "leaving" }, ...rows),
    );
  }

  async #find(body: Readonly<Record<string, string>>): Promise<void> {
    const { services, show, open } = this.#parts;
    const { point, network, clock } = services;
    show({ tone: "busy", title: _("Take back"), next: _("One moment.") });
    const { id, path } = command(`/points/${point}/returns/search`, {}, clock.now());
    const found = await ask<ReturnOrder>(network, { method: "POST", path, body, key: id });
    if (found.kind !== "done") return show(failureAnswer(found));
    open(this.#goods(found.value));
  }

  #goods(order: ReturnOrder): Screen {
    this.#screen += 1;
    const form = new GoodsForm(this.#parts.services.point, order);
    return {
      title: grouped(order.number),
      body: [form.root],
      shortcuts: [
        { code: "F2", label: _("Done"), run: () => this.#send(order, form) },
        { code: "Escape", label: _("Take back"), run: () => this.#parts.go(BASE) },
      ],
      scanned: (_code, scan) => this.#find({ scanned: scan.text }),
      waiting: goodsAnswer(order),
    };
  }

  #send(order: ReturnOrder, form: GoodsForm): void {
    this.#sending ??= this.#sent(order, form).finally(() => {
      this.#sending = undefined;
    });
  }

  async #sent(order: ReturnOrder, form: GoodsForm): Promise<void> {
    const { show, open } = this.#parts;
    const screen = this.#screen;
    show({ tone: "busy", title: grouped(order.number), next: _("One moment.") });
    const goods = await form.goods();
    if (this.#screen !== screen) return;
    if (goods === undefined) return show(photoMissing());
    if (!goods.taken?.length && !goods.declined?.length) return show(nothingSaid());
    const taken = await this.#take(order, goods, screen);
    if (taken === undefined || this.#screen !== screen) return;
    if (taken.kind !== "done") return show(failureAnswer(taken));
    open(this.#done(taken.value));
  }

  /** Send it; where nobody claimed it, a proof or a second person may be needed first. */
  async #take(
    order: ReturnOrder,
    goods: Goods,
    screen: number,
  ): Promise<Result<TakenReturn> | undefined> {
    const { services, show } = this.#parts;
    const { point, network, clock } = services;
    const said = { order: order.number, ...goods };
    const take = (body: Readonly<Record<string, unknown>>): Promise<Result<TakenReturn>> => {
      const { id, path, at } = command(`/points/${point}/returns`, body, clock.now());
      const request = { method: "POST", path, body: { ...body, at }, key: id } as const;
      return withProof(network, () => ask<TakenReturn>(network, request));
    };
    const first = await take(said);
    if (isProofMissing(first)) {
      show(notProved());
      return undefined;
    }
    if (first.kind !== "refused" || first.problem.code !== "approval_required") return first;
    const about = { kind: "return_without_claim", about: order.number } as const;
    const asked = await askApproval(services, { ...about, note: goods.note || _("No claim") });
    if (asked.kind !== "done") return asked;
    show(approvalAsked(asked.value));
    const decided = await decisionOf(services, asked.value, () => this.#screen === screen);
    if (decided === undefined) return undefined;
    if (decided.state !== "granted") {
      show(notGranted(decided));
      return undefined;
    }
    return take({ ...said, approval: decided.id });
  }

  /** The parcels of what came back: labelled, and put into a box by the scan of its sticker. */
  #done(taken: TakenReturn): Screen {
    this.#screen += 1;
    const { parcels } = taken;
    const boxed = new Set<string>();
    const labels = (): void => printOn("label", ...parcels.map((each) => returnLabel(each)));
    if (parcels.length > 0) labels();
    const scanned = async (code: string, scan: Scan): Promise<void> => {
      const next = parcels.find((each) => !boxed.has(each.barcode));
      if (scan.code.kind !== "box" || next === undefined) return this.#find({ scanned: scan.text });
      await this.#box(code, next, boxed, parcels.length);
    };
    const rows = parcels.map(({ barcode: code, defective }) =>
      element(
        "li",
        { class: "leaving-row" },
        element("strong", { class: "leaving-parcel" }, parcelName(code)),
        defective && element("span", {}, _("Defective goods")),
      ),
    );
    return {
      title: grouped(taken.number),
      body: [element("ul", { class: "leaving", "aria-label": _("Parcels") }, ...rows)],
      shortcuts: [
        ...(parcels.length > 0 ? [{ code: "F4", label: _("Print again"), run: labels }] : []),
        { code: "Escape", label: _("Take back"), run: () => this.#parts.go(BASE) },
      ],
      scanned,
      waiting: doneAnswer(taken),
    };
  }

  async #box(box: string, parcel: ReturnParcel, boxed: Set<string>, all: number): Promise<void> {
    const { services, show } = this.#parts;
    const commands = new Commands(services.submitter, services.clock);
    const path = `${boxPath(services.point, box)}/items`;
    const outcome = await commands.run(path, { parcel: parcel.barcode });
    if (outcome.kind !== "done") return show(unansweredAnswer(outcome));
    boxed.add(parcel.barcode);
    show({
      tone: "ok",
      title: _("In box {box}", { box }),
      detail: _("Parcel {parcel}", { parcel: parcelName(parcel.barcode) }),
      next:
        boxed.size < all
          ? _("Scan the box for the other parcel.")
          : _("Scan what the next buyer brings, or go back (Esc)."),
    });
  }
}

function goodsAnswer(order: ReturnOrder): Answer {
  if (order.problem !== null) {
    return {
      tone: "error",
      title: order.problem.title,
      detail: order.problem.detail,
      next: _("Give the goods back to the buyer; support explains why."),
    };
  }
  const until = order.returnable_until;
  return {
    tone: order.claimed_at === null ? "attention" : "ok",
    title: order.claimed_at === null ? _("Nobody announced it") : _("Announced"),
    detail: order.asks_second_person
      ? _("A second person agrees before it is taken back.")
      : _("Order {number}", { number: grouped(order.number) }),
    ...(until === null ? {} : { facts: [{ name: _("Until"), value: moment(until) }] }),
    next: _("Compare the goods with the list and the photos, then finish (F2)."),
  };
}

function doneAnswer({ parcels, number }: TakenReturn): Answer {
  const count = parcels.length;
  if (count === 0) {
    return {
      tone: "attention",
      title: _("Nothing was taken back"),
      detail: _("Order {number}", { number: grouped(number) }),
      next: _("Give the goods back to the buyer: they are told why."),
    };
  }
  return {
    tone: "ok",
    title: _("The return is accepted"),
    detail: _("The refund follows when the warehouse has looked at it."),
    facts: parcels.map(({ barcode: code }) => ({ name: _("Parcel"), value: parcelName(code) })),
    next: _("Stick the label on, and scan the sticker of the box that it goes into."),
  };
}

/** Return the label of goods that came back as it is printed. */
export function returnLabel({ barcode: code, defective }: ReturnParcel): HTMLElement {
  return element(
    "div",
    { class: "label" },
    element(
      "strong",
      { class: "label-cell", "data-long": true },
      defective ? _("Defect") : _("Return"),
    ),
    barcode(code),
    element("span", { class: "label-code" }, parcelName(code)),
  );
}

function approvalAsked({ code, needs, expires_at: until }: ApprovalView): Answer {
  return {
    tone: "attention",
    title: _("A second person has to agree"),
    detail: _("Approval {code} is asked for. The goods are taken back once it is granted.", {
      code,
    }),
    facts: [
      { name: _("Decided by"), value: needsText(needs) },
      { name: _("Until"), value: clockTime(new Date(until)) },
    ],
    next: _("Ask them to decide it on their own device: Shift (F10), Approvals (F4)."),
  };
}

function notGranted({ state, decided_by_name: name = "" }: ApprovalView): Answer {
  const isDenied = state === "denied";
  return {
    tone: "error",
    title: isDenied ? _("The approval was denied") : _("Nobody decided in time"),
    detail: isDenied ? name : _("The approval is over; it can be asked for again."),
    next: _("Give the goods back to the buyer, or ask again (F2)."),
  };
}

function notProved(): Answer {
  return {
    tone: "error",
    title: _("Not confirmed that it is you"),
    next: _("Finish again (F2), and confirm with your passkey or password."),
  };
}

function photoMissing(): Answer {
  return {
    tone: "error",
    title: _("A photo was not stored"),
    detail: _("Nothing was sent yet."),
    next: _("Send it again or remove it, then finish (F2)."),
  };
}

function nothingSaid(): Answer {
  return {
    tone: "error",
    title: _("How many are here?"),
    next: _("Say of each line how many are on the counter, then finish (F2)."),
  };
}
