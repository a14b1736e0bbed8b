/** The point that somebody without one of their own has chosen on this device. */

import { type Network, read } from "../../api/client.ts";
import type { PointView } from "../../api/openapi.d.ts";
import type { Place } from "../../shell/place.ts";
import type { Storage } from "../../shell/preferences.ts";

export interface ChosenPoint {
  readonly code: string;
  readonly title: string;
  readonly zone: string;
}

const KEY = "desk-point";

/** Return what was chosen on this device; whatever is no choice of ours is none. */
export function readChosen(storage: Storage): ChosenPoint | undefined {
  try {
    const stored: unknown = JSON.parse(storage.getItem(KEY) ?? "null");
    if (typeof stored !== "object" || stored === null) return undefined;
    const { code, title, zone } = stored as Record<string, unknown>;
    if (typeof code !== "string" || typeof title !== "string" || typeof zone !== "string") {
      return undefined;
    }
    return { code, title, zone };
  } catch {
    return undefined;
  }
}

/** Remember a choice; undefined takes it back. */
export function keepChosen(storage: Storage, point: ChosenPoint | undefined): void {
  try {
    storage.setItem(KEY, JSON.stringify(point ?? null));
  } catch {
    // A browser that stores nothing asks again when the page is loaded anew.
  }
}

/** Whether the person may choose: somebody of the points whom the server has named no point for. */
export function isChoosing(place: Place): boolean {
  return place.role === "point" && place.point === undefined;
}

/** Return the place with the point that was chosen. */
export function placeAt(place: Place, { code, title, zone }: ChosenPoint): Place {
  return { ...place, point: code, pointTitle: title, zone };
}

export function chosenOf({ code, title, timetable }: PointView): ChosenPoint {
  return { code, title, zone: timetable.time_zone };
}

/** Return what was chosen as the server knows it now: undefined where there is no such point. */
export async function stillThere(
  chosen: ChosenPoint,
  network?: Network,
): Promise<ChosenPoint | undefined> {
  const found = await read<PointView>(`/points/${encodeURIComponent(chosen.code)}`, network);
  if (found.kind === "done") return chosenOf(found.value);
  // Without a network the device goes on where it was.
  return found.kind === "refused" ? undefined : chosen;
}
