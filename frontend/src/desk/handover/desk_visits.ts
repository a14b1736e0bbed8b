/**
 * The hand-overs that are open at this desk: read from the server, changed by scans, ended by one
 * command each. Several are open at once, because people try things on.
 */

import { type Result, read } from "../../api/client.ts";
import { type Command, command, type Outcome } from "../../api/commands.ts";
import { failureAnswer } from "../../api/failures.ts";
import type { EndedVisit, OrderView, Problem, VisitsView, VisitView } from "../../api/openapi.d.ts";
import type { Entry } from "../../queue/entry.ts";
import type { Answer } from "../../shell/answer.ts";
import { ask, type DeskServices } from "../desk_services.ts";
import { endedAnswer, goneAnswer, queuedAnswer, sendingAnswer, stoppedAnswer } from "./answers.ts";
import type { VisitRequest } from "./identification.ts";
import type { KeptMarks } from "./kept_marks.ts";
import { completionBody, type Handover, identified, openOrders, sent } from "./model.ts";

/** What the screen is told: that something changed, and what to say. */
export interface VisitsFollower {
  readonly changed: () => void;
  readonly answer: (answer: Answer) => void;
}

const ENDING = /^\/points\/[^/]+\/visits\/([^/]+)\/(?:completion|stop)$/;

export class DeskVisits {
  readonly #services: DeskServices;
  readonly #kept: KeptMarks;
  readonly #handovers = new Map<string, Handover>();
  #follower: VisitsFollower = { changed: () => {}, answer: () => {} };
  #current: string | undefined;
  #entries: readonly Entry[] = [];
  #reads = 0;

  constructor(services: DeskServices, kept: KeptMarks) {
    this.#services = services;
    this.#kept = kept;
    void services.queue.then((queue) =>
      queue.follow((entries) => {
        this.#entries = entries;
        this.#hear();
      }),
    );
  }

  follow(follower: VisitsFollower): void {
    this.#follower = follower;
  }

  /** All that are open, those that began first first. */
  get all(): readonly Handover[] {
    return [...this.#handovers.values()];
  }

  get current(): Handover | undefined {
    return this.#current === undefined ? undefined : this.#handovers.get(this.#current);
  }

  /** Open one of them, by its place in the list; undefined leaves all of them aside. */
  choose(index: number | undefined): void {
    this.#current = index === undefined ? undefined : this.all[index]?.visit.id;
    this.#follower.changed();
  }

  /** Return the place of another open hand-over that has a parcel. */
  placeOf(code: string): number | undefined {
    const index = this.all.findIndex((each) =>
      openOrders(each).some((x) => x.number === code || x.parcels.some((p) => p.barcode === code)),
    );
    return index < 0 ? undefined : index;
  }

  /** Replace the current hand-over by what a scan or a tap has made of it. */
  change(handover: Handover): void {
    this.#handovers.set(handover.visit.id, handover);
    this.#kept.keep(this.#handovers.values());
    this.#follower.changed();
  }

  /** Ask the server who this is; the visit is the current one from then on. */
  async identify(request: VisitRequest): Promise<Result<unknown>> {
    const { point, network, clock } = this.#services;
    const { id, path, body, at } = command(`/points/${point}/visits`, request, clock.now());
    const asked = { method: "POST", path, body: { ...body, at }, key: id } as const;
    const result = await ask<VisitView>(network, asked);
    if (result.kind !== "done") return result;
    const visit = result.value;
    this.#reads += 1; // What a read that is under way says is older than this.
    const before = this.#handovers.get(visit.id) ?? this.#restored(visit);
    this.#current = visit.id;
    this.change(identified(visit, before));
    return result;
  }

  /** Read the open visits; what is gone is told, and why. */
  async refresh(): Promise<void> {
    const { point, network } = this.#services;
    this.#reads += 1;
    const turn = this.#reads;
    const result = await read<VisitsView>(`/points/${point}/visits`, network);
    if (result.kind !== "done" || turn !== this.#reads) return;
    const open = new Map(result.value.items.map((visit) => [visit.id, visit]));
    const gone = this.all.filter((each) => each.sent === null && !open.has(each.visit.id));
    const isNews = gone.length > 0 || [...open.keys()].some((id) => !this.#handovers.has(id));
    for (const [id, visit] of open) this.#renew(id, visit);
    for (const each of gone) this.#handovers.delete(each.visit.id);
    const lost = gone.find((each) => each.visit.id === this.#current) ?? gone[0];
    if (lost !== undefined) await this.#tellGone(lost);
    this.#kept.keep(this.#handovers.values());
    this.#hear();
    if (isNews) this.#follower.changed();
  }

  /** End the current hand-over: one command, which is sent until it is answered. */
  async complete(handover: Handover): Promise<void> {
    await this.#end(handover, "completion", { ...completionBody(handover) });
  }

  /** Put everything back on its shelf. */
  async stop(handover: Handover): Promise<void> {
    await this.#end(handover, "stop", {});
  }

  async #end(handover: Handover, ending: string, body: Command["body"]): Promise<void> {
    const { point, clock, submitter } = this.#services;
    const path = `/points/${point}/visits/${handover.visit.id}/${ending}`;
    const made = command(path, body, clock.now());
    this.change(sent(handover, made.id));
    this.#follower.answer(sendingAnswer());
    this.#settle(handover.visit.id, made.id, await submitter.submit(made));
  }

  /** What came back: done, refused, or still on its way. */
  #settle(visit: string, id: string, outcome: Outcome): void {
    const handover = this.#handovers.get(visit);
    if (handover?.sent !== id) return; // The queue has told it already.
    if (outcome.kind === "queued") {
      this.#follower.answer(queuedAnswer());
      return;
    }
    if (outcome.kind === "done") {
      this.#over(visit, outcome.value as EndedVisit);
      return;
    }
    this.change(sent(handover, null));
    const failure = outcome.kind === "full" ? { kind: "unreachable" as const } : outcome;
    this.#follower.answer(failureAnswer(failure));
  }

  #over(visit: string, { orders }: EndedVisit): void {
    const handover = this.#handovers.get(visit);
    const again = orders.some((each) => each.ending === "refused" && each.missing.length > 0);
    if (again && handover !== undefined) {
      this.change(sent(handover, null));
    } else {
      this.#handovers.delete(visit);
      if (this.#current === visit) this.#current = undefined;
      this.#kept.keep(this.#handovers.values(), visit);
      this.#follower.changed();
    }
    this.#follower.answer(endedAnswer(orders));
    void this.refresh();
  }

  /** An answer that came after the screen had gone on, or after a reload. */
  #hear(): void {
    for (const { id, path, state, answer } of this.#entries) {
      const visit = ENDING.exec(path)?.[1] ?? "";
      const handover = this.#handovers.get(visit);
      const awaited = (handover ?? this.#kept.of(visit))?.sent;
      if (awaited !== id || answer === undefined) continue;
      if (state === "done") this.#over(visit, answer.body as EndedVisit);
      else if (handover !== undefined) this.change(sent(handover, null));
      if (state === "refused") this.#follower.answer(failureAnswer(refusalOf(answer.body)));
    }
  }

  #renew(id: string, visit: VisitView): void {
    const before = this.#handovers.get(id);
    if (before === undefined) this.#handovers.set(id, identified(visit, this.#restored(visit)));
    else {
      const waiting = before.visit.orders.filter((each) => each.refusal !== null);
      const open = new Set(visit.orders.map((each) => each.number));
      const orders = [...visit.orders, ...waiting.filter((each) => !open.has(each.number))];
      this.#handovers.set(id, { ...before, visit: { ...visit, orders } });
    }
  }

  #restored(visit: VisitView): Handover | undefined {
    const kept = this.#kept.of(visit.id);
    return kept && { visit, ...kept };
  }

  async #tellGone(handover: Handover): Promise<void> {
    if (this.#current === handover.visit.id) this.#current = undefined;
    this.#follower.changed();
    for (const { number } of openOrders(handover)) {
      const found = await read<OrderView>(`/orders/${number}`, this.#services.network);
      if (found.kind === "done" && found.value.attention.includes("dispute")) {
        this.#follower.answer(stoppedAnswer(number));
        return;
      }
    }
    this.#follower.answer(goneAnswer());
  }
}

/** The client has told that it is a problem before the queue stored it. */
function refusalOf(body: unknown): { kind: "refused"; problem: Problem } {
  return { kind: "refused", problem: body as Problem };
}
