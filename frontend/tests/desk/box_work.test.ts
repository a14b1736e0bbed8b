import assert from "node:assert/strict";
import { test } from "node:test";
import type { Result } from "../../src/api/client.ts";
import { type Command, Commands, type Outcome } from "../../src/api/commands.ts";
import type {
  BoxContentsView,
  BoxScanView,
  BoxView,
  LeavingPage,
  LeavingParcelView,
  Problem,
} from "../../src/api/openapi.d.ts";
import { recognise } from "../../src/codes/forms.ts";
import { BoxWork } from "../../src/desk/boxes/box_work.ts";
import type { Answer } from "../../src/shell/answer.ts";

const [FIRST, SECOND] = ["52239418720701", "52239418720702"];

function boxView(changes: Partial<BoxView> = {}): BoxView {
  return {
    code: "BOX-104",
    kind: "ordinary",
    state: "open",
    items: 0,
    items_max: 60,
    single: false,
    opened_at: "2026-12-01T09:00:00Z",
    opened_by: "point:staff-1",
    seal_by: "2026-12-03T09:00:00Z",
    overdue: false,
    sealed_at: null,
    sealed_by: null,
    handover: null,
    handed_over_at: null,
    ...changes,
  };
}

function leavingView(
  parcel: string,
  cell: string,
  changes: Partial<LeavingParcelView> = {},
): LeavingParcelView {
  const order = parcel.slice(0, 12);
  const since = "2026-12-01T08:00:00Z";
  return { parcel, order, cell, reason: "not_collected", kind: "ordinary", since, ...changes };
}

function put(parcel: string, items: number): Outcome {
  const box = boxView({ items });
  const value: BoxScanView = { answer: "put", parcel, order: "", moved_from: null, box };
  return { kind: "done", status: 200, value };
}

function refused(code: string): Outcome {
  return { kind: "refused", problem: { code, title: code, detail: "" } as Problem };
}

/** A point with two parcels that must leave, and what its server answers to commands. */
class Point {
  readonly sent: Command[] = [];
  readonly unknown: string[] = [];
  readonly stickers: string[] = [];
  answer: Answer | undefined;
  now = 0;
  readonly #outcomes: Outcome[];
  readonly work: BoxWork;

  constructor(open: readonly BoxView[], ...outcomes: Outcome[]) {
    this.#outcomes = outcomes;
    const list: LeavingPage = {
      total: 2,
      racks: [{ rack: "54", parcels: 2 }],
      items: [leavingView(FIRST, "54-1"), leavingView(SECOND, "54-2")],
      next: null,
    };
    const done = <T>(value: T): Promise<Result<T>> =>
      Promise.resolve({ kind: "done", status: 200, value });
    this.work = new BoxWork("KZN-1", {
      commands: new Commands(
        {
          submit: (command) => {
            this.sent.push(command);
            return Promise.resolve(this.#outcomes.shift() ?? { kind: "unreachable" });
          },
        },
        { now: () => new Date("2026-12-01T09:00:00Z") },
      ),
      show: (answer) => {
        this.answer = answer;
      },
      changed: () => {},
      unknownBox: (code) => this.unknown.push(code),
      sticker: ({ code }) => this.stickers.push(code),
      leaving: () => done(list),
      boxes: () => done(open),
      box: (_point, code): Promise<Result<BoxContentsView>> => {
        const box = open.find((each) => each.code === code);
        const problem = { code: "unknown_box", title: "", detail: "" } as Problem;
        if (box === undefined) return Promise.resolve({ kind: "refused", problem });
        return done({ box, contents: [] });
      },
      now: () => this.now,
    });
  }

  async scan(text: string): Promise<void> {
    this.now += 5_000;
    const code = recognise(text);
    await this.work.take(code.value, { text, code, source: "keyboard" });
  }
}

test("a parcel goes into the box, and the next cell is told", async () => {
  const point = new Point([boxView()], put(FIRST, 1));
  await point.work.load();
  await point.scan(FIRST);
  assert.deepEqual(
    point.sent.map(({ path, body }) => [path, body]),
    [["/points/KZN-1/boxes/BOX-104/items", { parcel: FIRST }]],
  );
  assert.equal(point.answer?.tone, "ok");
  assert.deepEqual(point.answer?.cells, ["54-2"]);
  assert.deepEqual(
    [point.work.list?.total, point.work.list?.racks],
    [1, [{ rack: "54", parcels: 1 }]],
  );
});

test("without a box nothing is sent, and the answer says how to open one", async () => {
  const point = new Point([boxView(), boxView({ code: "BOX-105" })]);
  await point.work.load();
  await point.scan(FIRST);
  assert.equal(point.sent.length, 0);
  assert.equal(point.answer?.title, "Which box?");
});

test("a box is sealed by its sticker after F6, and never by a sticker alone", async () => {
  const sealed: Outcome = { kind: "done", status: 200, value: boxView({ state: "sealed" }) };
  const point = new Point([boxView({ items: 3 })], sealed);
  await point.work.load();
  await point.scan("BOX-104");
  assert.equal(point.sent.length, 0);
  point.work.intend("seal");
  await point.scan("box-104");
  assert.equal(point.sent[0]?.path, "/points/KZN-1/boxes/BOX-104/sealing");
  assert.deepEqual([point.work.open, point.work.chosen], [[], undefined]);
});

test("what the next scan does is said by a key, and holds for one scan", async () => {
  const point = new Point([boxView()], put(FIRST, 1), put(SECOND, 2));
  await point.work.load();
  point.work.intend("large");
  await point.scan(FIRST);
  await point.scan(SECOND);
  assert.deepEqual(
    point.sent.map(({ body }) => body),
    [{ parcel: FIRST, size: "L" }, { parcel: SECOND }],
  );
});

test("a sticker that is new asks what the box is for; without one it gets a sticker", async () => {
  const made: Outcome = { kind: "done", status: 201, value: boxView({ code: "BOX-NEW" }) };
  const point = new Point([], made);
  await point.work.load();
  await point.scan("BOX-77");
  assert.deepEqual(point.unknown, ["BOX-77"]);
  await point.work.begin("ordinary");
  assert.deepEqual(point.stickers, ["BOX-NEW"]);
  assert.equal(point.work.chosen?.code, "BOX-NEW");
});

test("each refusal of a box says what to do next", async () => {
  const codes = ["box_full", "box_large_alone", "box_wrong_kind", "parcel_in_closed_box", "closed"];
  const point = new Point([boxView()], ...codes.map(refused));
  await point.work.load();
  const said = new Set<string>();
  for (const _code of codes) {
    await point.scan(FIRST);
    said.add(point.answer?.next ?? "");
  }
  assert.equal(said.size, codes.length);
});

test("a double trigger puts a parcel in once", async () => {
  const point = new Point([boxView()], put(FIRST, 1), put(FIRST, 1));
  await point.work.load();
  await point.scan(FIRST);
  point.now -= 4_900;
  await point.scan(FIRST);
  assert.equal(point.sent.length, 1);
});
