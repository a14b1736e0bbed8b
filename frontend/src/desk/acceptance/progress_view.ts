/** How far an acceptance is, as a person reads it beside the answer. */

import { type Child, element } from "../../shell/elements.ts";
import { _, ngettext } from "../../shell/words.ts";
import { parcelName } from "./scan_answer.ts";
import { come, type Tally } from "./tally.ts";

/** Parcels of the list that are shown: the next ones follow when these are on their shelves. */
const LISTED_MAX = 30;

/** Return how far it is in one line: "37 of 60, 23 missing". */
export function progressText(tally: Tally): string {
  if (tally.expected === 0) return _("Loose: nothing is expected.");
  const count = _("{come} of {expected}", { come: come(tally), expected: tally.expected });
  const { size } = tally.missing;
  if (size === 0) return _("{count}: all are here", { count });
  return ngettext("{count}, {number} missing", "{count}, {number} missing", size, { count });
}

/** Return the other figures that are not zero. */
export function otherFigures({ others }: Tally): { name: string; value: string }[] {
  const named: readonly [string, number][] = [
    [_("Surplus"), others.surplus],
    [_("Damaged"), others.damaged],
    [_("To be returned"), others.to_return],
    [_("Put aside"), others.put_aside],
  ];
  return named.filter(([, n]) => n > 0).map(([name, n]) => ({ name, value: String(n) }));
}

/** Return progress, figures, and what is not on a shelf. */
export function progressBody(tally: Tally | undefined): HTMLElement[] {
  if (tally === undefined) return [];
  const text = progressText(tally);
  const { expected } = tally;
  const bar = element("progress", {
    class: "tally-bar",
    max: expected,
    value: come(tally),
    "aria-label": text,
  });
  const head = element("p", { class: "tally", role: "status" }, text);
  const parts: Child[] = [head, expected > 0 && bar, figures(tally), unshelved(tally)];
  return parts.filter((each): each is HTMLElement => each instanceof HTMLElement);
}

function figures(tally: Tally): HTMLElement | false {
  const rows = otherFigures(tally).map(({ name, value }) =>
    element("div", {}, element("dt", {}, name), element("dd", {}, value)),
  );
  return rows.length > 0 && element("dl", { class: "facts" }, ...rows);
}

function unshelved({ unshelved, cells }: Tally): HTMLElement {
  const title = _("Accepted, not on a shelf: {number}", { number: unshelved.size });
  const rows = [...unshelved]
    .slice(0, LISTED_MAX)
    .map((parcel) =>
      element(
        "li",
        {},
        element("span", {}, parcelName(parcel)),
        element("strong", {}, cells.get(parcel) ?? ""),
      ),
    );
  return element(
    "section",
    { class: "waiting-list" },
    element("h2", {}, title),
    rows.length > 0 && element("ul", {}, ...rows),
  );
}
