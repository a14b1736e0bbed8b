/** What a clerk is told of a parcel that was put into a cell, or has to be. */

import type { Problem, ShelvingView } from "../../api/openapi.d.ts";
import type { Answer } from "../../shell/answer.ts";
import { _ } from "../../shell/words.ts";
import { parcelName } from "./scan_answer.ts";

/** Return the answer to a shelving; another cell than the proposed one is fine, and is told. */
export function shelvingAnswer(found: ShelvingView, proposed: string | undefined): Answer {
  const isOther = proposed !== undefined && proposed !== found.cell;
  const parcel = parcelName(found.parcel);
  const other = _("Another cell: {proposed} was proposed, it lies in {cell} now.", {
    proposed: proposed ?? "",
    cell: found.cell,
  });
  return {
    tone: isOther ? "attention" : "ok",
    title: titleOf(found),
    detail: isOther ? other : _("Parcel {parcel}", { parcel }),
    next: found.next,
    say: found.say,
    cells: [found.cell],
    ...(found.cells.length > 1
      ? { facts: [{ name: _("All cells of the order"), value: found.cells.join(", ") }] }
      : {}),
  };
}

function titleOf({ answer, ready }: ShelvingView): string {
  if (answer === "moved") return _("Moved");
  if (answer === "already_there") return _("It lies there already");
  return ready ? _("On the shelf: ready") : _("On the shelf");
}

/** Ask for the cell of a parcel that was chosen. */
export function cellWanted(parcel: string, proposed: string | undefined): Answer {
  return {
    tone: "ok",
    title: _("Which cell?"),
    detail: _("Parcel {parcel}", { parcel: parcelName(parcel) }),
    next:
      proposed === undefined
        ? _("Put it into a cell, and scan the cell or type it, as 54-35.")
        : _("Put it into this cell or another one, and scan the cell."),
    ...(proposed === undefined ? {} : { cells: [proposed] }),
  };
}

/** A cell that the point does not have; the parcel stays chosen. */
export function wrongCell(problem: Problem): Answer {
  return {
    tone: "error",
    title: problem.title,
    detail: problem.detail,
    next: _("Scan the label of the cell, or type it as 54-35. The parcel is still chosen."),
  };
}

/** A cell without a parcel: nothing was written. */
export function parcelWanted(cell: string): Answer {
  return {
    tone: "error",
    title: _("Which parcel?"),
    detail: _("Cell {cell} was scanned, and no parcel before it.", { cell }),
    next: _("Scan the parcel first, then the cell."),
  };
}
