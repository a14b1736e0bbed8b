/** The resources of the API that the shift of a person is made of. */

import { type Network, type Result, read } from "../../api/client.ts";
import { command } from "../../api/commands.ts";
import type {
  AcceptanceReportView,
  AcceptancesPage,
  AcceptanceView,
  MeView,
  ShiftOrders,
  ShiftReport,
  ShiftsPage,
  ShiftView,
} from "../../api/openapi.d.ts";
import { ask, type DeskServices } from "../desk_services.ts";

/** Shifts that a screen shows: a week of a busy point. */
const SHIFTS_SHOWN = 30;

/** Acceptances of one shift whose differences are counted; more are no shift's. */
const ACCEPTANCES_SHOWN = 12;

/** An acceptance that somebody closed in a shift, with its report. */
export interface ClosedAcceptance {
  readonly acceptance: AcceptanceView;
  readonly report: AcceptanceReportView;
}

export function readMe(network: Network): Promise<Result<MeView>> {
  return read<MeView>("/staff/me", network);
}

/** Read shifts of the point, the latest first: a clerk gets the own ones, a manager everybody's. */
export function readShifts({ point, network }: DeskServices): Promise<Result<ShiftsPage>> {
  return read<ShiftsPage>(`${shiftsPath(point)}?limit=${SHIFTS_SHOWN}`, network);
}

/** Read the latest shift of a person at the point; undefined where there is none, or no answer. */
export async function latestShift(
  { point, network }: DeskServices,
  person: string,
): Promise<ShiftView | undefined> {
  const query = new URLSearchParams({ person, limit: "1" });
  const result = await read<ShiftsPage>(`${shiftsPath(point)}?${query}`, network);
  return result.kind === "done" ? result.value.items[0] : undefined;
}

export function readReport(
  { point, network }: DeskServices,
  shift: string,
): Promise<Result<ShiftReport>> {
  return read<ShiftReport>(`${shiftsPath(point)}/${shift}/report`, network);
}

export function readOrders(
  { point, network }: DeskServices,
  shift: string,
  figure: string,
): Promise<Result<ShiftOrders>> {
  const query = new URLSearchParams({ figure });
  return read<ShiftOrders>(`${shiftsPath(point)}/${shift}/orders?${query}`, network);
}

/** Read what a person accepted and closed in a shift; what can't be read is left out. */
export async function closedAcceptances(
  { point, network }: DeskServices,
  shift: ShiftView,
): Promise<readonly ClosedAcceptance[]> {
  const path = `/points/${point}/acceptances`;
  const page = await read<AcceptancesPage>(`${path}?filter=all&limit=50`, network);
  if (page.kind !== "done") return [];
  const by = shift.person.replaceAll("-", "");
  const until = shift.ended_at ?? shift.ends_by;
  const own = page.value.items.filter(
    ({ closed_at, closed_by }) =>
      closed_at !== null &&
      closed_by?.endsWith(by) === true &&
      Date.parse(closed_at) >= Date.parse(shift.begun_at) &&
      Date.parse(closed_at) <= Date.parse(until),
  );
  const reports = await Promise.all(
    own.slice(0, ACCEPTANCES_SHOWN).map(async (acceptance) => ({
      acceptance,
      report: await read<AcceptanceReportView>(`${path}/${acceptance.id}/report`, network),
    })),
  );
  return reports.flatMap(({ acceptance, report }) =>
    report.kind === "done" ? [{ acceptance, report: report.value }] : [],
  );
}

/** End a shift, the own one or that of somebody who forgot; its sessions end with it. */
export function endShift(
  { point, network, clock }: DeskServices,
  shift: string,
): Promise<Result<ShiftView>> {
  const { id, path } = command(`${shiftsPath(point)}/${shift}/ending`, {}, clock.now());
  return ask<ShiftView>(network, { method: "POST", path, body: {}, key: id });
}

export function shiftsPath(point: string): string {
  return `/points/${encodeURIComponent(point)}/shifts`;
}
