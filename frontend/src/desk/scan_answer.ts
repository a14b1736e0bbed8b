/** The words of `next` of a scan: what a code that names no order of this point means here. */

import type { ScanView } from "../api/openapi.d.ts";
import type { Answer } from "../shell/answer.ts";
import { _, ngettext } from "../shell/words.ts";
import { grouped } from "./numbers.ts";

/** Return the answer of a scan; `code` is what was read. */
export function scanAnswer(scan: ScanView, code: string): Answer {
  const cells = cellsOf(scan);
  return {
    tone: toneOf(scan.next),
    title: titleOf(scan),
    detail: detailOf(scan, code),
    next: nextOf(scan),
    ...(cells.length > 0 ? { cells } : {}),
  };
}

function toneOf(next: string): Answer["tone"] {
  if (["not_found", "unknown_code"].includes(next)) return "error";
  const fine = ["shelve", "already_here", "issue", "take_back", "show_cell", "choose_order"];
  return fine.includes(next) ? "ok" : "attention";
}

function titleOf(scan: ScanView): string {
  switch (scan.next) {
    case "shelve":
      return _("Accept it and give it a cell");
    case "already_here":
      return _("It lies in its cell");
    case "issue":
      return _("Ready to hand over");
    case "wait":
      return _("Not ready yet");
    case "send_back":
      return _("It goes back to the warehouse");
    case "take_back":
      return _("Handed over already");
    case "closed":
      return _("This order is over");
    case "wrong_point":
      return _("It belongs to another point");
    case "by_courier":
      return _("A courier brings this order");
    case "not_found":
      return _("Order not found");
    case "show_cell":
    case "choose_order":
      return ngettext("{number} parcel here", "{number} parcels here", scan.found.length);
    case "open_box":
      return _("A box");
    case "open_manifest":
      return _("A manifest");
    case "ask_number":
      return _("A code alone finds nobody");
    case "ask_code":
      return _("Now the code");
    default:
      return _("This is no code of ours");
  }
}

function detailOf(scan: ScanView, code: string): string {
  if (scan.next === "wrong_point" && scan.point !== null) {
    return _("Point {point}", { point: scan.point });
  }
  if (scan.order !== null) return _("Order {number}", { number: grouped(scan.order.number) });
  if (scan.found.length > 0) return scan.found.map((each) => grouped(each.number)).join(", ");
  return _("What was read: {code}", { code: code.slice(0, 40) });
}

function nextOf(scan: ScanView): string {
  switch (scan.next) {
    case "shelve":
      return _("Put it on a shelf and scan the cell.");
    case "already_here":
    case "closed":
    case "show_cell":
      return _("Nothing to do here. Scan the next one.");
    case "issue":
      return _("Open the hand-over (F3) and ask for the code.");
    case "wait":
      return _("Tell the buyer that it isn't ready: a message comes once it is.");
    case "send_back":
      return _("Take it off the shelf and box it for the way back.");
    case "take_back":
      return _("Open the return if the buyer brings something back.");
    case "wrong_point":
      return _("Put it aside for the next car: it belongs to another point.");
    case "by_courier":
      return _("Give it to the courier.");
    case "choose_order":
      return _("Scan the label of one of these parcels.");
    case "ask_number":
      return _("Type the order number or the last four digits of the phone as well.");
    case "ask_code":
      return _("Open the hand-over (F3), and ask the buyer for the six digits.");
    case "open_box":
    case "open_manifest":
      return _("Open it where parcels are accepted.");
    default:
      return _("Scan the label again, or type the 12 digits of the number.");
  }
}

function cellsOf(scan: ScanView): readonly string[] {
  const own = scan.order?.cells.map((each) => each.cell) ?? [];
  const all = own.length > 0 ? own : scan.found.map((each) => each.cell);
  return [...new Set(all.filter((cell) => cell !== null))];
}
