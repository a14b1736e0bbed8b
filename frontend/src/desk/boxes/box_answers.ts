/** What a clerk is told while boxes are filled: what happened, and what to fetch next. */

import type { BoxScanView, BoxView, LeavingParcelView } from "../../api/openapi.d.ts";
import type { Answer } from "../../shell/answer.ts";
import { _, ngettext } from "../../shell/words.ts";
import { parcelName } from "../acceptance/scan_answer.ts";

/** Return how full a box is: "12 of 60". */
export function fullness({ items, items_max }: BoxView): string {
  return _("{come} of {expected}", { come: items, expected: items_max });
}

export function kindText(kind: BoxView["kind"]): string {
  return kind === "defective" ? _("Defective goods") : _("Ordinary goods");
}

export function reasonText(reason: LeavingParcelView["reason"]): string {
  switch (reason) {
    case "not_collected":
      return _("Not collected");
    case "cancelled":
      return _("Cancelled");
    case "refused":
      return _("Left at the desk");
    case "returned":
      return _("Brought back");
  }
}

/** The answer to a parcel that went into a box; `following` is what the list has next. */
export function putAnswer(scan: BoxScanView, following: LeavingParcelView | undefined): Answer {
  const { answer, box, parcel, moved_from } = scan;
  const detail =
    moved_from === null
      ? _("Parcel {parcel}", { parcel: parcelName(parcel) })
      : _("Parcel {parcel}, out of {box}", { parcel: parcelName(parcel), box: moved_from });
  return {
    tone: answer === "already_there" ? "attention" : "ok",
    title: answer === "already_there" ? _("In this box already") : _("In box {box}", box_(box)),
    detail,
    facts: [{ name: _("In the box"), value: fullness(box) }],
    ...nextOf(box, following),
  };
}

export function takenOutAnswer({ box, parcel }: BoxScanView): Answer {
  return {
    tone: "ok",
    title: _("Taken out"),
    detail: _("Parcel {parcel}", { parcel: parcelName(parcel) }),
    facts: [{ name: _("In the box"), value: fullness(box) }],
    next: _("It is on the list again: put it into another box."),
  };
}

export function boxAnswer(box: BoxView, following: LeavingParcelView | undefined): Answer {
  if (box.overdue) {
    return {
      tone: "attention",
      title: _("Open for too long"),
      detail: _("{box} has been open for 48 hours and takes nothing more.", box_(box)),
      next: _("Seal it (F6), and open another one (F2)."),
    };
  }
  return {
    tone: "ok",
    title: _("Box {box}", box_(box)),
    detail: kindText(box.kind),
    facts: [{ name: _("In the box"), value: fullness(box) }],
    ...nextOf(box, following),
  };
}

export function sealedAnswer(box: BoxView): Answer {
  return {
    tone: "ok",
    title: _("{box} is sealed", box_(box)),
    detail: ngettext("{number} parcel is in it.", "{number} parcels are in it.", box.items),
    next: _("Put it to the exit. Open another one (F2), or give boxes to the driver (F8)."),
  };
}

export function boxWanted(): Answer {
  return {
    tone: "error",
    title: _("Which box?"),
    next: _("Scan the sticker of a box, or open one: F2 ordinary goods, F3 defective ones."),
  };
}

/** The one thing that the next scan does, instead of putting a parcel into the box. */
export type Intent = "large" | "out" | "seal";

export function intentAnswer(intent: Intent, box: BoxView): Answer {
  switch (intent) {
    case "large":
      return {
        tone: "attention",
        title: _("A large item"),
        detail: _("It is a box of its own: nothing else goes into {box}.", box_(box)),
        next: _("Scan the large item."),
      };
    case "out":
      return {
        tone: "attention",
        title: _("Take one out"),
        detail: _("Box {box}", box_(box)),
        next: _("Scan the parcel that comes out of the box."),
      };
    case "seal":
      return {
        tone: "attention",
        title: _("Seal {box}?", box_(box)),
        detail: _("It is not opened again."),
        next: _("Close it with tape, stick the sticker on, and scan the sticker."),
      };
  }
}

export function nothingToFetch(): Answer {
  return {
    tone: "ok",
    title: _("Nothing has to leave"),
    next: _("Seal what is open (F6), or give boxes to the driver (F8)."),
  };
}

function nextOf(
  box: BoxView,
  following: LeavingParcelView | undefined,
): { readonly next: string; readonly cells?: readonly string[] } {
  if (box.items >= box.items_max || box.single) {
    return { next: _("This box is full: seal it (F6), and open another one (F2).") };
  }
  if (following === undefined) return { next: _("Scan the next parcel, or seal the box (F6).") };
  if (following.cell === null) {
    return { next: _("Next: what lies on no shelf. Scan it, or seal the box (F6).") };
  }
  return { next: _("Fetch the next one from this cell."), cells: [following.cell] };
}

function box_({ code }: BoxView): { readonly box: string } {
  return { box: code };
}
