/**
 * How the scanner of this device is read, where the usual way does not fit it.
 *
 * Stored on the device under `gotovo-scanner` as JSON: a slow Bluetooth scanner needs longer
 * pauses, another one its own prefix or key for GS. What makes no sense is left as usual.
 */

import type { ReaderSettings } from "./key_reader.ts";

export const STORED_AS = "gotovo-scanner";

const PAUSES = ["gapMs", "stutterMs", "idleMs"] as const;
const PAUSE_MAX_MS = 5_000;
const LISTS = ["separatorKeys", "prefixes"] as const;

/** Return what is stored for this device; nothing where it can't be read. */
export function deviceSettings(storage: Pick<Storage, "getItem">): Partial<ReaderSettings> {
  let stored: unknown;
  try {
    stored = JSON.parse(storage.getItem(STORED_AS) ?? "{}");
  } catch {
    return {};
  }
  if (typeof stored !== "object" || stored === null) return {};
  const given = new Map<string, unknown>(Object.entries(stored));
  const pauses = PAUSES.filter((name) => isPause(given.get(name)));
  const lists = LISTS.filter((name) => isList(given.get(name)));
  return Object.fromEntries([...pauses, ...lists].map((name) => [name, given.get(name)]));
}

function isPause(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) > 0 && Number(value) <= PAUSE_MAX_MS;
}

function isList(value: unknown): boolean {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}
