/** What must leave and the boxes that are open, as a person reads them beside the answer. */

import type { ActView, BoxView, LeavingPage, LeavingParcelView } from "../../api/openapi.d.ts";
import { element } from "../../shell/elements.ts";
import { moment } from "../../shell/formats.ts";
import { _, ngettext } from "../../shell/words.ts";
import { parcelName } from "../acceptance/scan_answer.ts";
import { fullness, kindText, reasonText } from "./box_answers.ts";

/** Return the boxes that take parcels; the chosen one is marked. */
export function openBoxes(
  boxes: readonly BoxView[],
  chosen: BoxView | undefined,
  choose: (box: BoxView) => void,
): HTMLElement {
  if (boxes.length === 0) return element("p", { class: "lead" }, _("No box is open."));
  const rows = boxes.map((box) => {
    const isChosen = box.code === chosen?.code;
    const made = element(
      "button",
      { type: "button", class: "box-card", "aria-pressed": String(isChosen) },
      element("strong", {}, box.code),
      element("span", {}, kindText(box.kind)),
      element("span", { class: "box-count" }, fullness(box)),
      element("span", {}, untilText(box)),
    );
    made.addEventListener("click", () => choose(box));
    return element("li", {}, made);
  });
  return element("ul", { class: "box-cards", "aria-label": _("Open boxes") }, ...rows);
}

function untilText({ overdue, seal_by }: BoxView): string {
  if (overdue) return _("Open for too long: seal it");
  return seal_by === null ? "" : _("Takes parcels until {time}", { time: moment(seal_by) });
}

/** Return the list of what must leave, rack by rack. */
export function leavingList(list: LeavingPage): HTMLElement[] {
  if (list.total === 0) return [element("p", {}, _("Nothing has to leave."))];
  const head = ngettext(
    "{number} parcel has to leave",
    "{number} parcels have to leave",
    list.total,
  );
  const racks = list.racks.map(({ rack, parcels }) =>
    element(
      "li",
      {},
      element("span", {}, rack === "" ? _("No shelf") : _("Rack {rack}", { rack })),
      element("strong", {}, String(parcels)),
    ),
  );
  return [
    element("h2", {}, head),
    element("ul", { class: "rack-counts", "aria-label": _("Racks") }, ...racks),
    element("ol", { class: "leaving" }, ...list.items.map((each) => leavingRow(each))),
  ];
}

function leavingRow({ cell, parcel, reason, kind, since }: LeavingParcelView): HTMLElement {
  return element(
    "li",
    { class: "leaving-row", "data-kind": kind },
    element("strong", { class: "leaving-cell" }, cell ?? "—"),
    element("span", { class: "leaving-parcel" }, parcelName(parcel)),
    element("span", {}, `${reasonText(reason)}, ${moment(since)}`),
    kind === "defective" && element("strong", {}, kindText(kind)),
  );
}

/** Return an act as it is printed and signed by both sides: box by box, each parcel of it. */
export function actSheet(act: ActView): HTMLElement {
  const { handover } = act;
  return element(
    "section",
    { class: "act" },
    element("h2", {}, _("Act of a hand-over to a driver")),
    element(
      "p",
      {},
      _("Point {point}", { point: handover.point }),
      `, ${moment(handover.at)}`,
      handover.driver === null ? "" : `, ${handover.driver}`,
    ),
    element("p", {}, actCounts(act)),
    ...act.boxes.flatMap((box) => boxOfAct(box, act)),
    element(
      "p",
      { class: "act-signatures" },
      element("span", {}, _("Handed over:")),
      element("span", {}, _("Taken:")),
    ),
  );
}

function boxOfAct(box: BoxView, { contents }: ActView): HTMLElement[] {
  const items = contents.filter((each) => each.box === box.code);
  const count = ngettext("{number} parcel", "{number} parcels", items.length);
  const rows = items.map(({ parcel, left_out }) => {
    const note = left_out !== null && _("stays: {reason}", { reason: left_out });
    return element("li", {}, parcelName(parcel), note && element("strong", {}, ` ${note}`));
  });
  return [
    element("h3", {}, `${box.code}, ${kindText(box.kind).toLowerCase()}, ${count}`),
    element("ul", { class: "act-parcels" }, ...rows),
  ];
}

/** Return what an act is about: "3 boxes, 47 parcels". */
export function actCounts({ handover }: ActView): string {
  const boxes = ngettext("{number} box", "{number} boxes", handover.boxes);
  return `${boxes}, ${ngettext("{number} parcel", "{number} parcels", handover.parcels)}`;
}
