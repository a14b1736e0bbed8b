/** What a clerk is told at the shelf: where something lies, where to look, what a count says. */

import type { CellView, CountView, SearchView } from "../../api/openapi.d.ts";
import type { Answer } from "../../shell/answer.ts";
import { moment } from "../../shell/formats.ts";
import { _, ngettext } from "../../shell/words.ts";
import { parcelName } from "../acceptance/scan_answer.ts";

type Hint = NonNullable<SearchView["hints"]>[number];

const MINUTE_S = 60;

export function shelfWaiting(): Answer {
  return {
    tone: "waiting",
    title: _("Scan a cell or a parcel"),
    detail: _("A cell shows what lies in it. A parcel, then a cell, moves it."),
    next: _("What is not in its cell is searched for with F2."),
  };
}

export function cellAnswer({ cell, parcels, more, say, fits }: CellView): Answer {
  const count = ngettext("{number} parcel", "{number} parcels", parcels.length);
  return {
    tone: "ok",
    title: _("Cell {cell}", { cell }),
    detail:
      parcels.length === 0
        ? _("Nothing lies here.")
        : more
          ? _("{count} and more", { count })
          : count,
    say,
    ...(fits === null ? {} : { facts: [{ name: _("Room for"), value: String(fits) }] }),
    next: _("Scan a parcel that goes into another cell, or the next cell."),
  };
}

export function cellWanted(parcel: string): Answer {
  return {
    tone: "attention",
    title: _("Which cell?"),
    detail: _("Parcel {parcel}", { parcel: parcelName(parcel) }),
    next: _("Put it into a cell, and scan the cell. Nothing is moved before."),
  };
}

/** Return what is known of a search, and where to look first. */
export function searchAnswer(search: SearchView): Answer {
  const cells = [...new Set((search.hints ?? []).map((each) => each.cell ?? ""))].filter(Boolean);
  const parcel = _("Parcel {parcel}", { parcel: parcelName(search.parcel) });
  if (search.state === "found" || search.state === "lost") {
    return {
      tone: search.state === "found" ? "ok" : "attention",
      title: search.state === "found" ? _("Found") : _("Given up"),
      detail: parcel,
      ...(search.seen_in ? { cells: [search.seen_in] } : {}),
      next: _("Scan the next one, or go back (Esc)."),
    };
  }
  return {
    tone: "attention",
    title: search.state === "overdue" ? _("Still not found") : _("Search for it"),
    detail: parcel,
    facts: [{ name: _("Time left"), value: timeLeft(search) }],
    ...(cells.length > 0 ? { cells: cells.slice(0, 4) } : {}),
    next:
      search.state === "overdue"
        ? _("Its buyer was told not to come yet. Scan it when you find it, or give it up (F6).")
        : _("Look here first. Scan it when you find it: that ends the search."),
  };
}

export function timeLeft({ seconds_left, state }: SearchView): string {
  if (state === "overdue") return _("The time is over");
  const minutes = Math.ceil(seconds_left / MINUTE_S);
  return ngettext("{number} minute", "{number} minutes", minutes);
}

export function hintText(hint: Hint): string {
  switch (hint.kind) {
    case "earlier_cell":
      return _("It lay there before its last move");
    case "own_cell":
      return _("Look again: behind and beneath");
    case "neighbour":
      return _("Beside its own cell");
    case "went_with":
      return _("A parcel of the same cell went there");
    case "same_buyer":
      return _("Another parcel of its buyer lies there");
    case "at_desk":
      return _("A buyer is looking at parcels at the desk");
    case "issued":
      return _("A parcel of the same cell was handed over: {time}", timeOf(hint));
    case "in_box":
      return _("A parcel of the same cell was sent back: {time}", timeOf(hint));
    case "acceptance":
      return hint.box === null
        ? _("Where parcels are accepted")
        : _("It came in {box}", { box: hint.box });
  }
}

/** The answer to one scan of a count. */
export function countAnswer({ result, cell, parcel, lies }: CountView): Answer {
  const detail = parcel === null ? "" : _("Parcel {parcel}", { parcel: parcelName(parcel) });
  switch (result) {
    case "found":
      return {
        tone: "ok",
        title: _("It belongs here"),
        detail,
        next: _("Scan the next one in cell {cell}.", { cell }),
      };
    case "wrong_cell":
      return {
        tone: "attention",
        title: _("Another cell"),
        detail,
        ...(lies === null ? {} : { facts: [{ name: _("Belongs to"), value: lies }] }),
        next: _("Leave it where it is: the differences are settled at the end (F6)."),
      };
    case "missing":
    case "moved":
    case "not_counted":
      return {
        tone: "ok",
        title: _("Counted"),
        next: _("Scan the next cell."),
      };
    case "unknown":
      return {
        tone: "attention",
        title: _("Not ours, or not here"),
        detail,
        next: _("Put it aside; it is in the differences."),
      };
  }
}

function timeOf({ at }: Hint): { readonly time: string } {
  return { time: at === null ? "" : moment(at) };
}
