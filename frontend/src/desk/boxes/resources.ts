/** The resources of the API that sending back is made of. */

import { type Result, read } from "../../api/client.ts";
import type { BoxContentsView, BoxesPage, BoxView, LeavingPage } from "../../api/openapi.d.ts";

/** Parcels of the list that a screen has at a time: a walk along the racks, and then the next. */
export const LISTED_MAX = 100;

/** Boxes of a screen: more of them do not stand at a point. */
const BOXES_MAX = 100;

export function boxesPath(point: string): string {
  return `/points/${encodeURIComponent(point)}/boxes`;
}

export function boxPath(point: string, box: string): string {
  return `${boxesPath(point)}/${encodeURIComponent(box)}`;
}

export function handoversPath(point: string): string {
  return `/points/${encodeURIComponent(point)}/box-handovers`;
}

export function readLeaving(point: string): Promise<Result<LeavingPage>> {
  return read(`/points/${encodeURIComponent(point)}/leaving?limit=${LISTED_MAX}`);
}

export async function readBoxes(
  point: string,
  state: "open" | "sealed",
): Promise<Result<readonly BoxView[]>> {
  const query = new URLSearchParams({ state, limit: String(BOXES_MAX) });
  const found = await read<BoxesPage>(`${boxesPath(point)}?${query}`);
  return found.kind === "done" ? { ...found, value: found.value.items } : found;
}

export function readBox(point: string, box: string): Promise<Result<BoxContentsView>> {
  return read(boxPath(point, box));
}
