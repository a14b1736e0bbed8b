import assert from "node:assert/strict";
import { test } from "node:test";
import { type Entry, subjectOf } from "../../src/queue/entry.ts";
import {
  appended,
  DONE_MAX,
  type Entries,
  FAULTS_MAX,
  forgettable,
  nextDueAt,
  pauseAfter,
  type Reply,
  ready,
  reopened,
  retried,
  sent,
  settled,
  WAITING_MAX,
} from "../../src/queue/ledger.ts";

const NOW = 1_000;
const answer = (status: number, code = ""): Reply => ({
  kind: "answer",
  answer: { status, body: { code } },
});

function entries(...subjects: readonly string[]): Entries {
  let all: Entries = [];
  for (const [index, subject] of subjects.entries()) {
    const result = appended(all, { id: `${index}`, subject, path: "/x", body: {}, at: "" });
    assert.notEqual(result, "full");
    if (result !== "full") all = result.entries;
  }
  return all;
}

function first(all: Entries): Entry {
  const [entry] = all;
  assert.ok(entry);
  return entry;
}

test("the order of a command is its subject, by its path or by its parcel", () => {
  assert.equal(subjectOf("/orders/643112090560/shelving", {}), "order 643112090560");
  assert.equal(
    subjectOf("/points/KZN-1/shelvings", { parcel: "64311209056002" }),
    "order 643112090560",
  );
  const visit = "/points/KZN-1/visits/7f3k";
  assert.equal(subjectOf(`${visit}/completion`, {}), visit);
  assert.equal(subjectOf(`${visit}/stop`, {}), visit);
  assert.equal(subjectOf("/points/KZN-1/visits", { qr: "x" }), "/points/KZN-1/visits");
});

test("commands of one subject are sent one after the other, others side by side", () => {
  const all = entries("a", "a", "b", "a", "c");
  assert.deepEqual(
    ready(all, NOW, 9).map((each) => each.id),
    ["0", "2", "4"],
  );
  const begun = all.map((each) => (each.id === "0" ? sent(each) : each));
  assert.deepEqual(
    ready(begun, NOW, 9).map((each) => each.id),
    ["2", "4"],
  );
  assert.deepEqual(
    ready(begun, NOW, 2).map((each) => each.id),
    ["2"],
  );
  const answered = all.map((each) => (each.id === "0" ? settled(each, answer(200), NOW, 0) : each));
  assert.deepEqual(
    ready(answered, NOW, 9).map((each) => each.id),
    ["1", "2", "4"],
  );
});

test("a command that waits for its pause holds up its own subject alone", () => {
  const all = entries("a", "a", "b").map((each) =>
    each.id === "0" ? settled(each, { kind: "none" }, NOW, 0.5) : each,
  );
  assert.deepEqual(
    ready(all, NOW, 9).map((each) => each.id),
    ["2"],
  );
  const due = first(all).dueAt;
  assert.ok(due > NOW);
  assert.equal(nextDueAt(all), 0);
  assert.equal(ready(all, due, 9)[0]?.id, "0");
});

test("without an answer a command is sent for as long as it takes", () => {
  let entry = first(entries("a"));
  for (let times = 0; times < 500; times += 1) entry = settled(entry, { kind: "none" }, NOW, 1);
  assert.deepEqual([entry.state, entry.dueAt - NOW], ["pending", 60_000]);
});

test("pauses grow to a minute and differ from device to device", () => {
  const pauses = [0, 1, 2, 3, 10, 1_000].map((tries) => pauseAfter(tries, 1));
  assert.deepEqual(pauses, [1_000, 2_000, 4_000, 8_000, 60_000, 60_000]);
  assert.equal(pauseAfter(3, 0), 4_000);
});

test("a refusal is an answer, and the next command of the subject is sent", () => {
  for (const status of [400, 403, 404, 409, 422]) {
    const all = entries("a", "a").map((each) =>
      each.id === "0" ? settled(each, answer(status, "wrong_code"), NOW, 0) : each,
    );
    assert.equal(first(all).state, "refused", String(status));
    assert.equal(ready(all, NOW, 9)[0]?.id, "1");
  }
});

test("too many requests, and a command that is under way, are asked again later", () => {
  for (const reply of [answer(429), answer(409, "in_flight")]) {
    assert.equal(settled(first(entries("a")), reply, NOW, 0).state, "pending");
  }
});

test("a server that breaks over a command again and again leaves it to a person", () => {
  let entry = first(entries("a"));
  for (let times = 1; times <= FAULTS_MAX; times += 1) {
    assert.equal(entry.state, "pending");
    entry = settled(entry, answer(500), NOW, 0);
  }
  assert.equal(entry.state, "failed");
  entry = retried(entry, NOW);
  assert.deepEqual([entry.state, entry.tries, entry.answer], ["pending", 0, undefined]);
});

test("who is signed out loses nothing and counts no try", () => {
  const entry = settled(sent(first(entries("a"))), { kind: "signed_out" }, NOW, 0);
  assert.deepEqual([entry.state, entry.tries], ["pending", 0]);
});

test("what was on its way when the page went is sent again", () => {
  assert.equal(first(reopened(entries("a").map(sent))).state, "pending");
});

test("the same id is the same command", () => {
  const all = entries("a");
  const again = appended(all, { ...first(all), subject: "b" });
  assert.ok(again !== "full");
  assert.equal(again.entries, all);
});

test("when too many wait a command is refused, and none that waits is dropped", () => {
  const all = entries(...Array.from({ length: WAITING_MAX }, (_each, index) => `s${index}`));
  const given = { id: "new", subject: "a", path: "/x", body: {}, at: "" };
  assert.equal(appended(all, given), "full");
  const [one, ...rest] = all;
  assert.ok(one);
  const freed = [settled(one, answer(200), NOW, 0), ...rest];
  assert.notEqual(appended(freed, given), "full");
});

test("only the oldest answered commands are forgotten", () => {
  const all = entries(...Array.from({ length: DONE_MAX + 40 }, (_each, index) => `s${index}`)).map(
    (each, index) => (index % 20 === 0 ? each : settled(each, answer(200), NOW, 0)),
  );
  const gone = forgettable(all);
  assert.equal(gone.length, all.filter((each) => each.state === "done").length - DONE_MAX);
  assert.ok(gone.every((each) => each.state === "done"));
  assert.deepEqual(gone, all.filter((each) => each.state === "done").slice(0, gone.length));
});
