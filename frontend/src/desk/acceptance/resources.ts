/** The resources of the API that accepting and shelving are made of. */

import { type Result, read } from "../../api/client.ts";
import type {
  AcceptanceReportView,
  AcceptanceView,
  ManifestView,
  OrderView,
} from "../../api/openapi.d.ts";

/** Vans and acceptances that a screen shows: more is a list that nobody reads at a counter. */
const SHOWN_MAX = 50;

interface Page<T> {
  readonly items: readonly T[];
}

/** What can be accepted at a point: what is open already, and the vans that are on their way. */
export interface Choices {
  readonly open: readonly AcceptanceView[];
  readonly vans: readonly ManifestView[];
}

export function acceptancesPath(point: string): string {
  return `/points/${encodeURIComponent(point)}/acceptances`;
}

export function acceptancePath(point: string, id: string): string {
  return `${acceptancesPath(point)}/${encodeURIComponent(id)}`;
}

export function shelvingsPath(point: string): string {
  return `/points/${encodeURIComponent(point)}/shelvings`;
}

export function readReport(point: string, id: string): Promise<Result<AcceptanceReportView>> {
  return read(`${acceptancePath(point, id)}/report`);
}

/** Read what can be accepted; the first failure is the answer. */
export async function readChoices(point: string): Promise<Result<Choices>> {
  const vans = (state: string): Promise<Result<Page<ManifestView>>> =>
    read(`/manifests?${new URLSearchParams({ point, state, limit: String(SHOWN_MAX) })}`);
  const [open, arrived, dispatched] = await Promise.all([
    read<Page<AcceptanceView>>(`${acceptancesPath(point)}?limit=${SHOWN_MAX}`),
    vans("arrived"),
    vans("dispatched"),
  ]);
  if (open.kind !== "done") return open;
  if (arrived.kind !== "done") return arrived;
  if (dispatched.kind !== "done") return dispatched;
  const accepting = new Set(open.value.items.map((each) => each.manifest));
  const waiting = [...arrived.value.items, ...dispatched.value.items];
  return {
    kind: "done",
    status: open.status,
    value: {
      open: open.value.items,
      vans: waiting.filter((each) => !accepting.has(each.code)),
    },
  };
}

/** Return the barcodes of what the point has accepted and nobody has shelved. */
export async function readUnshelved(point: string): Promise<Result<readonly string[]>> {
  const orders = (stage: string): Promise<Result<Page<Parcels>>> =>
    read(`/orders?${new URLSearchParams({ point, stage, limit: String(SHOWN_MAX) })}`);
  // An order whose other parcel is still on its way has the stage of that one.
  const [arrived, dispatched] = await Promise.all([
    orders("arrived_at_point"),
    orders("dispatched"),
  ]);
  if (arrived.kind !== "done") return arrived;
  if (dispatched.kind !== "done") return dispatched;
  const parcels = [...arrived.value.items, ...dispatched.value.items].flatMap((x) => x.parcels);
  const waiting = parcels.filter((each) => each.stage === "arrived_at_point" && !each.back);
  return { ...arrived, value: waiting.map((each) => each.barcode) };
}

interface Parcels {
  readonly parcels: readonly Pick<OrderView["parcels"][number], "barcode" | "stage" | "back">[];
}
