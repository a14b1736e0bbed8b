/** The resources of the API that the shelf is made of. */

import { type Result, read } from "../../api/client.ts";
import type {
  CellView,
  InventoriesPage,
  InventoryReportView,
  InventoryView,
  SearchesPage,
  SearchView,
} from "../../api/openapi.d.ts";

/** Lines of a list that a screen has: more is read nobody's way along a shelf. */
const LISTED_MAX = 100;

export function pointPath(point: string, rest: string): string {
  return `/points/${encodeURIComponent(point)}/${rest}`;
}

export function inventoryPath(point: string, id: string): string {
  return pointPath(point, `inventories/${encodeURIComponent(id)}`);
}

export function readCell(point: string, cell: string): Promise<Result<CellView>> {
  return read(pointPath(point, `cells/${encodeURIComponent(cell)}`));
}

export async function readSearches(point: string): Promise<Result<readonly SearchView[]>> {
  const found = await read<SearchesPage>(pointPath(point, `searches?limit=${LISTED_MAX}`));
  return found.kind === "done" ? { ...found, value: found.value.items } : found;
}

export function readSearch(point: string, id: string): Promise<Result<SearchView>> {
  return read(pointPath(point, `searches/${encodeURIComponent(id)}`));
}

export async function readInventories(point: string): Promise<Result<readonly InventoryView[]>> {
  const found = await read<InventoriesPage>(pointPath(point, `inventories?limit=${LISTED_MAX}`));
  return found.kind === "done" ? { ...found, value: found.value.items } : found;
}

export function readInventory(point: string, id: string): Promise<Result<InventoryReportView>> {
  return read(`${inventoryPath(point, id)}?limit=${LISTED_MAX}`);
}
