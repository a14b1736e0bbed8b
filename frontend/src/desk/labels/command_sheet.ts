/** The sheet at the desk: barcodes that press a key, for hands that hold a scanner. */

import { element } from "../../shell/elements.ts";
import type { Screen } from "../../shell/frame.ts";
import { printOn } from "../../shell/printing.ts";
import { _ } from "../../shell/words.ts";
import { action } from "../handover/fields.ts";
import { barcode } from "./barcode.ts";

/** The codes that are taken for a key, with what they do; a screen's keys are at its foot. */
export function commandCodes(): readonly (readonly [string, string])[] {
  const key = (cap: string): string => _("The key {key} of the screen that is open", { key: cap });
  return [
    ["GOTOVO-DONE", _("Hand over: confirms what is ticked off")],
    ["GOTOVO-ESC", _("Back, or close what is open")],
    ["GOTOVO-F2", key("F2")],
    ["GOTOVO-F3", key("F3")],
    ["GOTOVO-F4", key("F4")],
    ["GOTOVO-F6", key("F6")],
    ["GOTOVO-F8", key("F8")],
    ["GOTOVO-F10", key("F10")],
  ];
}

/** Return the sheet as it is seen and printed. */
export function commandSheet(): HTMLElement {
  const rows = commandCodes().map(([code, about]) =>
    element(
      "li",
      {},
      element("strong", {}, about),
      barcode(code),
      element("span", { class: "label-code" }, code),
    ),
  );
  return element("ul", { class: "command-sheet" }, ...rows);
}

export function commandSheetScreen(back: () => void): Screen {
  const printIt = (): void => printOn("sheet", commandSheet());
  return {
    title: _("Codes for the desk"),
    body: [commandSheet(), action(_("Print"), printIt, "button")],
    shortcuts: [
      { code: "F2", label: _("Print"), run: printIt },
      { code: "Escape", label: _("Back"), run: back },
    ],
    scanned: () => {},
    waiting: {
      tone: "waiting",
      title: _("Codes that press a key"),
      detail: _("Whoever has a scanner in one hand and a parcel in the other scans them."),
      next: _("Print the sheet (F2) and lay it beside the scanner."),
    },
  };
}
