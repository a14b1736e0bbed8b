/** How far an acceptance is, and what of it waits for a shelf: counted along with the scans. */

import type { AcceptanceReportView, ScanAnswerView, ShelvingView } from "../../api/openapi.d.ts";

type Counts = AcceptanceReportView["counts"];

/**
 * What is known of an acceptance between two readings of its report. `missing` has not come so far,
 * `cells` holds the cell that was proposed for a parcel, `unshelved` what waits for a shelf.
 */
export interface Tally {
  readonly expected: number;
  readonly missing: ReadonlySet<string>;
  readonly others: Readonly<Pick<Counts, "surplus" | "damaged" | "to_return" | "put_aside">>;
  readonly cells: ReadonlyMap<string, string>;
  readonly unshelved: ReadonlySet<string>;
}

const TAKEN_IN: ReadonlySet<string> = new Set(["accepted", "surplus", "damaged"]);
const PUT_ASIDE: ReadonlySet<string> = new Set([
  "wrong_point",
  "unknown",
  "unreadable",
  "duplicate_code",
]);

/** Return the tally of a report; `unshelved` are all parcels of the point that wait for a shelf. */
export function tallyOf(
  { counts, items }: Pick<AcceptanceReportView, "counts" | "items">,
  unshelved: readonly string[],
): Tally {
  const { surplus, damaged, to_return, put_aside } = counts;
  const missing = items.filter((each) => each.result === "missing");
  return {
    expected: counts.expected,
    missing: new Set(missing.map((each) => each.parcel ?? "")),
    others: { surplus, damaged, to_return, put_aside },
    cells: new Map(items.flatMap(({ parcel, cell }) => (parcel && cell ? [[parcel, cell]] : []))),
    unshelved: new Set(unshelved),
  };
}

/** Return the tally after a scan was answered. */
export function afterScan(tally: Tally, scan: ScanAnswerView): Tally {
  const { answer, parcel, cell } = scan;
  const missing = new Set(tally.missing);
  const cells = new Map(tally.cells);
  const unshelved = new Set(tally.unshelved);
  if (parcel !== null) {
    if (TAKEN_IN.has(answer) || answer === "to_return") missing.delete(parcel);
    if (TAKEN_IN.has(answer)) unshelved.add(parcel);
    if (TAKEN_IN.has(answer) && cell !== null) cells.set(parcel, cell);
  }
  return { ...tally, missing, cells, unshelved, others: counted(tally.others, scan) };
}

/** Return the tally after a parcel was put into a cell. */
export function afterShelving(tally: Tally, { parcel }: Pick<ShelvingView, "parcel">): Tally {
  const unshelved = new Set(tally.unshelved);
  unshelved.delete(parcel);
  return { ...tally, unshelved };
}

/** How many of the expected ones have come. */
export function come(tally: Tally): number {
  return tally.expected - tally.missing.size;
}

function counted(others: Tally["others"], { answer }: ScanAnswerView): Tally["others"] {
  if (PUT_ASIDE.has(answer)) return { ...others, put_aside: others.put_aside + 1 };
  if (answer === "surplus" || answer === "damaged" || answer === "to_return") {
    return { ...others, [answer]: others[answer] + 1 };
  }
  return others;
}
