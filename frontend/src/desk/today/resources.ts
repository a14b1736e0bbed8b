/** The resources of the API that today at a point, and its closures, are made of. */

import { type Result, read } from "../../api/client.ts";
import { command } from "../../api/commands.ts";
import type {
  ApprovalView,
  ClosurePreviewView,
  ClosuresPage,
  ClosureView,
  TodayOrdersPage,
  TodayView,
} from "../../api/openapi.d.ts";
import { withProof } from "../../shell/proof_dialog.ts";
import { ask, type DeskServices } from "../desk_services.ts";
import type { ClosureDays } from "./closing_form.ts";
import type { TodayList } from "./figures.ts";

export function readToday({ point, network }: DeskServices): Promise<Result<TodayView>> {
  return read<TodayView>(`${at(point)}/today`, network);
}

/** Read the orders behind a figure, a page after a cursor. */
export function readOrders(
  { point, network }: DeskServices,
  which: TodayList,
  after: string,
): Promise<Result<TodayOrdersPage>> {
  const query = new URLSearchParams({ which, ...(after === "" ? {} : { after }) });
  return read<TodayOrdersPage>(`${at(point)}/today/orders?${query}`, network);
}

export function readClosures({ point, network }: DeskServices): Promise<Result<ClosuresPage>> {
  return read<ClosuresPage>(`${at(point)}/closures`, network);
}

/** Ask what closing the point on these days would do. */
export function previewClosing(
  { point, network }: DeskServices,
  days: ClosureDays,
): Promise<Result<ClosurePreviewView>> {
  const { reason: _reason, ...asked } = days;
  const query = new URLSearchParams({ ...asked });
  return read<ClosurePreviewView>(`${at(point)}/closure-preview?${query}`, network);
}

/** Ask what opening the point earlier would do. */
export function previewReopening(
  { point, network }: DeskServices,
  closure: string,
): Promise<Result<ClosurePreviewView>> {
  return read<ClosurePreviewView>(`${at(point)}/closures/${closure}/preview`, network);
}

/** Ask a second person for exactly these days. */
export function askForApproval(
  { point, network, clock }: DeskServices,
  about: string,
  note: string,
): Promise<Result<ApprovalView>> {
  const { id, path } = command(`${at(point)}/approvals`, {}, clock.now());
  const body = { kind: "point_closure", about, note };
  return ask<ApprovalView>(network, { method: "POST", path, body, key: id });
}

export function readApproval(
  { point, network }: DeskServices,
  approval: string,
): Promise<Result<ApprovalView>> {
  return read<ApprovalView>(`${at(point)}/approvals/${approval}`, network);
}

/** Close the point. */
export function closePoint(
  { point, network, clock }: DeskServices,
  days: ClosureDays,
  approval?: string,
): Promise<Result<ClosureView>> {
  return withProof(network, () => {
    const { id, path } = command(`${at(point)}/closures`, {}, clock.now());
    const body = { ...days, ...(approval === undefined ? {} : { approval }) };
    return ask<ClosureView>(network, { method: "POST", path, body, key: id });
  });
}

/** Take a closure back. */
export function reopenPoint(
  { point, network, clock }: DeskServices,
  closure: string,
): Promise<Result<ClosureView>> {
  return withProof(network, () => {
    const { id, path } = command(`${at(point)}/closures/${closure}/reopening`, {}, clock.now());
    return ask<ClosureView>(network, { method: "POST", path, body: {}, key: id });
  });
}

function at(point: string): string {
  return `/points/${encodeURIComponent(point)}`;
}
