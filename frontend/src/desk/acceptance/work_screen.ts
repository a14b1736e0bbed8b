/** The screen of one acceptance: how far it is, and what waits for a shelf. */

import { element, fill } from "../../shell/elements.ts";
import type { Screen } from "../../shell/frame.ts";
import { _ } from "../../shell/words.ts";
import type { AcceptanceWork } from "./acceptance_work.ts";
import { progressBody } from "./progress_view.ts";
import type { Mode } from "./reading.ts";

interface WorkScreenParts {
  readonly switchMode: () => void;
  readonly remark: () => void;
  readonly close: () => void;
  /** Back to all deliveries. */
  readonly list: () => void;
  /** Print the sticker of the last parcel once more. */
  readonly printAgain: () => void;
}

/** Return the screen, and what draws its figures anew. */
export function workScreen(
  work: AcceptanceWork,
  mode: Mode,
  parts: WorkScreenParts,
): { screen: Screen; changed: () => void } {
  const name = element("p", { class: "lead" });
  const figures = element("div", { class: "figures" });
  const changed = (): void => {
    name.textContent = nameOf(work);
    fill(figures, ...progressBody(work.tally));
  };
  changed();
  const isAccepting = mode === "accept";
  const screen: Screen = {
    title: isAccepting ? _("Accept") : _("Shelve"),
    body: [name, figures],
    shortcuts: [
      {
        code: "F2",
        label: isAccepting ? _("Shelve only") : _("Accept"),
        run: parts.switchMode,
      },
      { code: "F3", label: _("Something is wrong"), run: parts.remark },
      { code: "F4", label: _("Print again"), run: parts.printAgain },
      { code: "F6", label: _("Finish"), run: parts.close },
      { code: "Escape", label: _("Deliveries"), run: parts.list },
    ],
    scanned: (code, scan) => work.take(code, scan, mode),
    waiting: {
      tone: "waiting",
      title: isAccepting ? _("Scan a parcel") : _("Parcel, then cell"),
      next: isAccepting
        ? _("Scan each item that came. A cell that you scan after it puts it on the shelf.")
        : _("Scan a parcel that was accepted, then the cell you put it into."),
    },
  };
  return { screen, changed };
}

/** Return which acceptance this is; what several people share has the name of its manifest. */
export function nameOf({ report }: Pick<AcceptanceWork, "report">): string {
  if (report === undefined) return "";
  return report.manifest ?? _("Loose");
}
