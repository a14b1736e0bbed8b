/** What a clerk is told of an item that came: the server's words, under a large title. */

import type { ScanAnswerView } from "../../api/openapi.d.ts";
import type { Answer } from "../../shell/answer.ts";
import { _ } from "../../shell/words.ts";
import { grouped } from "../numbers.ts";

/** Return the answer to a scan; `code` is what was read, for what has no parcel. */
export function scanAnswer(scan: ScanAnswerView, code: string): Answer {
  const { answer, parcel, cell, belongs_to } = scan;
  const place = belongs_to === null ? [] : [{ name: _("Belongs to"), value: belongs_to }];
  return {
    tone: answer === "accepted" && !scan.surplus ? "ok" : "attention",
    title: titleOf(answer),
    detail: detailOf(parcel, code),
    next: scan.next,
    say: scan.say,
    ...(cell === null ? {} : { cells: [cell] }),
    ...(place.length > 0 ? { facts: place } : {}),
  };
}

/** Return the name of an answer, as in lists and large in the panel. */
export function titleOf(answer: ScanAnswerView["answer"]): string {
  switch (answer) {
    case "accepted":
      return _("Accepted");
    case "already_here":
      return _("Already here");
    case "wrong_point":
      return _("Not for this point");
    case "surplus":
      return _("Surplus: accepted");
    case "unknown":
      return _("No parcel of ours");
    case "unreadable":
      return _("Unreadable: put aside");
    case "duplicate_code":
      return _("Second item with one code");
    case "damaged":
      return _("Damaged: accepted");
    case "no_order":
      return _("Not an order");
    case "to_return":
      return _("To be returned");
  }
}

function detailOf(parcel: string | null, code: string): string {
  if (parcel !== null) return _("Parcel {parcel}", { parcel: parcelName(parcel) });
  return code ? _("What was read: {code}", { code: code.slice(0, 40) }) : _("It has no code.");
}

/** Return a parcel's barcode as people compare it: the order's number in groups, then its own. */
export function parcelName(barcode: string): string {
  return `${grouped(barcode.slice(0, 12))}\u00a0${barcode.slice(12)}`;
}
