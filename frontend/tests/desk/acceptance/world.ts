/** A point for tests: what the server would answer, and what it was sent. */

import { type Command, Commands, type Outcome, type Submitter } from "../../../src/api/commands.ts";
import type {
  AcceptanceReportView,
  ScanAnswerView,
  ShelvingView,
} from "../../../src/api/openapi.d.ts";
import { recognise } from "../../../src/codes/forms.ts";
import { AcceptanceWork } from "../../../src/desk/acceptance/acceptance_work.ts";
import type { Scan } from "../../../src/scanner/scanner.ts";
import type { Answer } from "../../../src/shell/answer.ts";

export const [FIRST, SECOND] = ["52239418720701", "52239418720702"];

export function scanView(changes: Partial<ScanAnswerView> = {}): ScanAnswerView {
  return {
    id: "00000000-0000-0000-0000-000000000001",
    answer: "accepted",
    parcel: FIRST,
    order: FIRST.slice(0, 12),
    cell: "54-35",
    surplus: false,
    belongs_to: null,
    say: "54, 35",
    next: "Put it into cell 54-35, and scan the cell.",
    ...changes,
  };
}

export function shelvingView(changes: Partial<ShelvingView> = {}): ShelvingView {
  return {
    answer: "shelved",
    parcel: FIRST,
    order: FIRST.slice(0, 12),
    cell: "54-35",
    cells: ["54-35"],
    remaining: 0,
    ready: true,
    say: "54, 35",
    next: "The order is ready; its buyer is told.",
    ...changes,
  };
}

export function reportView(items: readonly Partial<Item>[] = []): AcceptanceReportView {
  const count = (result: string): number => items.filter((each) => each.result === result).length;
  return {
    acceptance: "a",
    point: "KZN-1",
    manifest: "MAN-1",
    opened_at: "2026-11-22T11:05:00Z",
    opened_by: "point:staff-1",
    closed_at: null,
    closed_by: null,
    counts: {
      expected: count("missing") + count("accepted"),
      accepted: count("accepted"),
      missing: count("missing"),
      surplus: count("surplus"),
      damaged: count("damaged"),
      to_return: count("to_return"),
      put_aside: count("put_aside"),
      no_order: count("no_order"),
    },
    items: items.map((each) => ({ ...BLANK, ...each })),
  };
}

type Item = AcceptanceReportView["items"][number];

const BLANK: Item = {
  result: "accepted",
  parcel: null,
  order: null,
  answer: null,
  code: null,
  box: null,
  cell: null,
  reason: null,
  belongs_to: null,
  surplus: false,
  inferred: false,
  attachments: [],
  at: null,
  by: null,
  scan: null,
};

/** Somebody at work; `outcomes` are given in turn, and `sent` is what the server got. */
export class Desk implements Submitter {
  readonly sent: Command[] = [];
  readonly shown: Answer[] = [];
  readonly outcomes: Outcome[];
  readonly work: AcceptanceWork;
  now = 0;

  constructor(...outcomes: Outcome[]) {
    this.outcomes = outcomes;
    this.work = new AcceptanceWork("KZN-1", "a", {
      commands: new Commands(this, { now: () => new Date("2026-12-01T09:00:00Z") }),
      show: (answer) => this.shown.push(answer),
      changed: () => undefined,
      manifest: () => undefined,
      reports: async () => ({ kind: "done", status: 200, value: reportView() }),
      shelf: async () => ({ kind: "done", status: 200, value: [] }),
      now: () => this.now,
    });
  }

  get answer(): Answer | undefined {
    return this.shown.at(-1);
  }

  submit(command: Command): Promise<Outcome> {
    this.sent.push(command);
    const outcome = this.outcomes.shift();
    if (outcome === undefined) throw new Error(`nothing answers ${command.path}`);
    return Promise.resolve(outcome);
  }

  /** Scan as the frame hands it on. */
  scan(text: string, mode: "accept" | "shelve" = "accept"): Promise<void> {
    const scan: Scan = { text, code: recognise(text), source: "keyboard" };
    const { kind, value } = scan.code;
    return this.work.take(kind === "unknown" ? text : value, scan, mode);
  }
}

export function done(value: unknown): Outcome {
  return { kind: "done", value, status: 200 };
}
