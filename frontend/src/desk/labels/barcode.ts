/** A barcode as a picture: bars in modules, with the quiet zones that a scanner needs. */

import { write } from "../../shell/elements.ts";
import { code128 } from "./code128.ts";

const SVG = "http://www.w3.org/2000/svg";

/** Ten modules on either side, as the standard asks for. */
const QUIET = 10;

const HEIGHT = 40;

/** Return the barcode of a text, which stands beside it for people; undefined for what has none. */
export function barcode(text: string): SVGElement | undefined {
  const widths = code128(text);
  if (widths === undefined) return undefined;
  let place = QUIET;
  let bars = "";
  for (const [index, width] of widths.entries()) {
    if (index % 2 === 0) bars += `M${place} 0h${width}v${HEIGHT}h-${width}z`;
    place += width;
  }
  const picture = document.createElementNS(SVG, "svg");
  write(picture, {
    class: "barcode",
    viewBox: `0 0 ${place + QUIET} ${HEIGHT}`,
    preserveAspectRatio: "none",
    "shape-rendering": "crispEdges",
    role: "img",
    "aria-label": text,
  });
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", bars);
  picture.append(path);
  return picture;
}
