/**
 * Printing: what is to be printed stands in a place of its own, and the page around it stays out.
 *
 * The browser prints. Where it is started with `--kiosk-printing` it asks nothing, so a sticker
 * comes out by itself; elsewhere its own dialog chooses the printer.
 */

import { element } from "./elements.ts";

/** `label`: a sticker of 58 × 40 mm. `sheet`: whatever paper the printer has. */
export type Paper = "label" | "sheet";

/** Print something now; it is gone from the page once it is printed. */
export function printOn(paper: Paper, ...content: readonly Node[]): void {
  document.querySelector(".print-place")?.remove();
  const place = element("div", { class: "print-place", "data-paper": paper }, ...content);
  document.body.append(place);
  addEventListener("afterprint", () => place.remove(), { once: true });
  print();
}
