/** Icons on a grid of 24 by 24; every tone has one, as colour alone says too little. */

import { write } from "./elements.ts";

const PATHS = {
  attention: "M12 4 2.8 19.5h18.4zM12 10v4.5M12 17.2v.1",
  back: "m14.5 5-7 7 7 7",
  busy: "M12 3a9 9 0 1 0 9 9",
  cell: "M4 4h16v16H4zM4 12h16M12 4v16",
  error: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18m-3 6 6 6m0-6-6 6",
  home: "M4 11.5 12 4l8 7.5M6.5 9.5V20h11V9.5",
  next: "M4 12h15m-6-6 6 6-6 6",
  ok: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18m-4 9.3 2.8 2.8L16.2 9.5",
  scan: "M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M8 8v8M12 8v8M16 8v8",
  search: "M11 4.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M16 16l4.5 4.5",
  settings:
    "M4 7h9m5 0h2M4 17h2m5 0h9M15.5 4.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5" +
    "m-7 10a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5",
  sound: "M4 9.5v5h3.5L12 19V5L7.5 9.5zM15.5 9a4.500 4.500 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11",
} as const;

export type IconName = keyof typeof PATHS;

const SVG = "http://www.w3.org/2000/svg";

/** Return a picture that says nothing to a screen reader: the text beside it does. */
export function icon(name: IconName): SVGElement {
  const picture = document.createElementNS(SVG, "svg");
  write(picture, {
    class: `icon icon-${name}`,
    viewBox: "0 0 24 24",
    fill: "none",
    stroke: "currentColor",
    "stroke-width": 2,
    "stroke-linecap": "round",
    "stroke-linejoin": "round",
    "aria-hidden": "true",
    focusable: "false",
  });
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  picture.append(path);
  return picture;
}
