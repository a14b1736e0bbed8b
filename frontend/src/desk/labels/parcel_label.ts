/** The sticker of a parcel at acceptance: its cell, large, and its own barcode with its digits. */

import { element } from "../../shell/elements.ts";
import { printOn } from "../../shell/printing.ts";
import { grouped } from "../numbers.ts";
import { barcode } from "./barcode.ts";

export interface ParcelLabel {
  /** The parcel's barcode: the same code again, so that two stickers never say two things. */
  readonly parcel: string;
  readonly cell: string;
}

/** Return the sticker as it is printed. */
export function parcelLabel({ parcel, cell }: ParcelLabel): HTMLElement {
  return element(
    "div",
    { class: "label" },
    element("strong", { class: "label-cell", "data-long": cell.length > 6 }, cell),
    barcode(parcel),
    element(
      "span",
      { class: "label-code" },
      `${grouped(parcel.slice(0, 12))}\u00a0${parcel.slice(12)}`,
    ),
  );
}

/** Prints a sticker for each parcel where the device is set to, and the last one again. */
export class LabelPrinter {
  readonly #isOn: () => boolean;
  readonly #print: (label: ParcelLabel) => void;
  #last: ParcelLabel | undefined;

  constructor(isOn: () => boolean, print: (label: ParcelLabel) => void = printLabel) {
    this.#isOn = isOn;
    this.#print = print;
  }

  /** A parcel got a cell: print its sticker where this device does so by itself. */
  taken(label: ParcelLabel): void {
    this.#last = label;
    if (this.#isOn()) this.#print(label);
  }

  /** Print the last sticker once more, also where none is printed by itself; false without one. */
  again(): boolean {
    if (this.#last === undefined) return false;
    this.#print(this.#last);
    return true;
  }
}

export function printLabel(label: ParcelLabel): void {
  printOn("label", parcelLabel(label));
}
