/** One order of a hand-over: its parcels to tick off, its goods to refuse, its payment. */

import { element } from "../../shell/elements.ts";
import { sum } from "../../shell/formats.ts";
import { icon } from "../../shell/icons.ts";
import { _, ngettext, pgettext } from "../../shell/words.ts";
import { grouped } from "../numbers.ts";
import { Photos } from "../photos.ts";
import { action, choiceField, textField } from "./fields.ts";
import {
  type Handover,
  left,
  type Marks,
  marksOf,
  paid,
  refused,
  ticked,
  unticked,
  type VisitOrder,
  type VisitParcel,
} from "./model.ts";
import { reasons } from "./words.ts";

type Change = (handover: Handover) => void;

/** Return the card of an order that is handed over now. */
export function orderCard(handover: Handover, order: VisitOrder, change: Change): HTMLElement {
  const marks = marksOf(handover, order.number);
  const stays = action(
    marks.leaves ? _("Hand it over after all") : _("This order stays here"),
    () => change(left(handover, order.number, !marks.leaves)),
  );
  return element(
    "article",
    { class: "handover-order", "data-stays": marks.leaves },
    element("h2", {}, _("Order {number}", { number: grouped(order.number) })),
    !marks.leaves && parcelList(handover, order, marks, change),
    !marks.leaves && goodsList(handover, order, marks, change),
    !marks.leaves && order.due !== null && payment(handover, order, marks, change),
    stays,
  );
}

/** Return the card of an order that is not handed over now, and why. */
export function waitingCard(order: VisitOrder): HTMLElement {
  return element(
    "article",
    { class: "handover-order", "data-stays": true },
    element("h2", {}, _("Order {number}", { number: grouped(order.number) })),
    element("p", {}, order.refusal?.title ?? _("Not handed over now")),
    element("p", {}, order.refusal?.detail ?? ""),
  );
}

function parcelList(
  handover: Handover,
  order: VisitOrder,
  { scanned }: Marks,
  change: Change,
): HTMLElement {
  const rows = order.parcels.map((parcel) => {
    const { barcode, cell } = parcel;
    const isTicked = scanned.includes(barcode);
    // Of one parcel the list of goods says it already.
    const goods = order.parcels.length > 1 && goodsIn(order, parcel);
    const button = element(
      "button",
      { type: "button", class: "parcel", "aria-pressed": String(isTicked), "data-parcel": barcode },
      element("span", { class: "parcel-cell" }, cell ?? "?"),
      element("span", { class: "parcel-code" }, grouped(barcode)),
      goods && element("span", { class: "parcel-goods" }, goods),
      element("span", { class: "parcel-state" }, isTicked ? _("Ticked off") : _("To fetch")),
      isTicked && icon("ok"),
    );
    button.addEventListener("click", () => {
      const result = ticked(handover, barcode);
      if (isTicked) change(unticked(handover, order.number, barcode));
      else if (result.kind === "ticked") change(result.handover);
    });
    return element("li", {}, button);
  });
  return element("ul", { class: "parcels", "aria-label": _("Parcels") }, ...rows);
}

/** What is in a parcel; a clerk has to know which one holds what the buyer leaves here. */
function goodsIn({ lines }: VisitOrder, { contents = [] }: VisitParcel): string {
  const names = contents.map(({ line, quantity }) => {
    const title = lines.find((each) => each.line === line)?.title ?? "";
    return `${title} × ${quantity}`;
  });
  return names.join(", ");
}

/** The parcels that hold a line, with their cells, where the order has several. */
function parcelsWith({ parcels }: VisitOrder, line: number): string {
  const holding = parcels.filter((each) => each.contents?.some((x) => x.line === line));
  if (parcels.length < 2) return "";
  return holding.map(({ barcode, cell }) => `${cell ?? "?"} (…${barcode.slice(-4)})`).join(", ");
}

function goodsList(
  handover: Handover,
  order: VisitOrder,
  marks: Marks,
  change: Change,
): HTMLElement {
  const rows = order.lines.map((line) => {
    const stays = marks.refused.find((each) => each.line === line.line);
    const where = parcelsWith(order, line.line);
    const shown = stays?.attachments?.length ?? 0;
    const count = stays === undefined ? "" : _("{number} stay here", { number: stays.quantity });
    const photos = shown > 0 && ngettext("{number} photo", "{number} photos", shown);
    return element(
      "li",
      { class: "goods-line" },
      element("span", {}, `${line.title} × ${line.quantity}`),
      element("span", {}, sum(line.price)),
      where &&
        element("span", { class: "goods-where" }, _("In parcel {parcels}", { parcels: where })),
      !line.refusable && element("strong", {}, _("Can't be refused: only a defect counts.")),
      count && element("strong", {}, photos ? `${count}, ${photos}` : count),
      stays === undefined
        ? refusalForm(handover, order, line, change)
        : action(_("The buyer takes it after all"), () => {
            const next = refused(handover, order.number, { ...stays, quantity: 0 });
            if (next !== undefined) change(next);
          }),
    );
  });
  return element("ul", { class: "goods-lines", "aria-label": _("Items") }, ...rows);
}

/** Photos stay while the card is drawn anew, as by the scan of another parcel. */
const photosByLine = new Map<string, Photos>();

function photosOf(number: string, line: number): Photos {
  const key = `${number}/${line}`;
  const photos = photosByLine.get(key) ?? new Photos({ order: number });
  photosByLine.set(key, photos);
  return photos;
}

/** Goods that can't be refused offer the one reason that counts. */
function refusalForm(
  handover: Handover,
  order: VisitOrder,
  line: VisitOrder["lines"][number],
  change: Change,
): HTMLElement {
  const offered = line.refusable ? reasons() : reasons().filter(([reason]) => reason === "defect");
  const reason = choiceField(_("Why"), offered);
  const units = textField(_("How many"), {
    type: "number",
    min: 1,
    max: line.quantity,
    value: line.quantity,
    inputmode: "numeric",
  });
  const photos = photosOf(order.number, line.line);
  const leaveIt = async (): Promise<void> => {
    leave.disabled = true;
    const attachments = await photos.settled();
    leave.disabled = false;
    // One that is not stored says so beside itself; a card that was drawn anew has its own button.
    if (attachments === undefined || !leave.isConnected) return;
    const next = refused(handover, order.number, {
      line: line.line,
      quantity: Math.trunc(Number(units.input.value)),
      reason: reason.chosen(),
      attachments,
    });
    if (next !== undefined) change(next);
  };
  const leave = action(_("Leave it here"), () => void leaveIt());
  return element(
    "details",
    { open: photos.count > 0 },
    element("summary", {}, _("The buyer doesn't take it")),
    element(
      "div",
      { class: "desk-form" },
      reason.root,
      line.quantity > 1 && units.root,
      photos.root,
      leave,
    ),
  );
}

function payment(
  handover: Handover,
  order: VisitOrder,
  marks: Marks,
  change: Change,
): HTMLElement | false {
  if (order.due === null) return false;
  const amount = element("p", { class: "due" }, _("To be paid"), " ", sum(order.due));
  if (marks.paid !== null) {
    return element(
      "section",
      { class: "payment" },
      amount,
      element("strong", {}, _("Paid, slip {reference}", { reference: marks.paid.reference })),
      action(_("Change the payment"), () => change(paid(handover, order.number, null))),
    );
  }
  const method = choiceField<"card" | "cash">(_("Paid by"), [
    ["card", pgettext("payment", "Card")],
    ["cash", pgettext("payment", "Cash")],
  ]);
  const slip = textField(_("Number on the slip"), { maxlength: 100, "data-slip": order.number });
  const form = element(
    "form",
    { class: "payment desk-form" },
    amount,
    method.root,
    slip.root,
    element("button", { type: "submit", class: "button" }, _("The money is taken")),
  );
  slip.input.required = true;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const reference = slip.input.value.trim();
    if (reference) change(paid(handover, order.number, { method: method.chosen(), reference }));
  });
  return form;
}
