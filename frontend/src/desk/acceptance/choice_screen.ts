/** Which delivery is accepted: one that is open, a van with its manifest, or a loose one. */

import type { AcceptanceView, ManifestView } from "../../api/openapi.d.ts";
import type { Scan } from "../../scanner/scanner.ts";
import { element } from "../../shell/elements.ts";
import { moment } from "../../shell/formats.ts";
import type { Screen } from "../../shell/frame.ts";
import { _, ngettext } from "../../shell/words.ts";
import { taskTiles } from "../home.ts";
import type { Choices } from "./resources.ts";

interface ChoiceScreenParts {
  readonly loose: () => void;
  readonly scanned: (code: string, scan: Scan) => Promise<void> | void;
}

/** Return the screen, and the element that the choices are filled into when they are known. */
export function choiceScreen({ loose, scanned }: ChoiceScreenParts): {
  screen: Screen;
  list: HTMLElement;
} {
  const list = element("div", { class: "choices" });
  const tile = {
    code: "F3",
    title: _("Accept without a manifest"),
    about: _("Whatever came, one by one"),
    path: "",
  };
  const screen: Screen = {
    title: _("Accept and shelve"),
    body: [taskTiles([tile], loose), list],
    shortcuts: [{ code: "F3", label: tile.title, run: loose }],
    scanned,
    waiting: {
      tone: "waiting",
      title: _("Which delivery?"),
      next: _("Scan the manifest of the van, or choose one."),
    },
  };
  return { screen, list };
}

/** Return what is open and what comes, as tiles. */
export function choicesBody(
  { open, vans }: Choices,
  { go, begin }: { go: (id: string) => void; begin: (manifest: string) => void },
): HTMLElement[] {
  const parts: HTMLElement[] = [];
  if (open.length > 0) {
    parts.push(element("h2", {}, _("Open")), taskTiles(open.map(openTile), go));
  }
  if (vans.length > 0) {
    parts.push(element("h2", {}, _("On their way, or here")), taskTiles(vans.map(vanTile), begin));
  }
  return parts;
}

function openTile({ id, manifest, opened_at }: AcceptanceView) {
  return {
    code: "",
    title: manifest ?? _("Loose"),
    about: _("Open since {time}", { time: moment(opened_at) }),
    path: id,
  };
}

function vanTile({ code, parcels, warehouse }: ManifestView) {
  const count = ngettext("{number} parcel", "{number} parcels", parcels);
  return { code: "", title: code, about: `${count} · ${warehouse}`, path: code };
}
