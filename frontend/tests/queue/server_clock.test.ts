import assert from "node:assert/strict";
import { test } from "node:test";
import { ServerClock } from "../../src/queue/server_clock.ts";

const TRUE_NOW = Date.UTC(2026, 10, 24, 9, 0, 0);

/** Return the header of an answer at an instant: it has whole seconds. */
const date = (at: number): string => new Date(Math.floor(at / 1_000) * 1_000).toUTCString();

for (const hours of [-30, -1, 1, 5]) {
  test(`a device whose clock is ${hours} h off tells the server's time`, () => {
    const off = hours * 3_600_000;
    const clock = new ServerClock(() => TRUE_NOW + off);
    clock.learn(TRUE_NOW + off - 80, TRUE_NOW + off, date(TRUE_NOW - 40));
    assert.ok(Math.abs(clock.now().getTime() - TRUE_NOW) <= 1_000);
  });
}

test("what a header cannot tell is no difference", () => {
  const clock = new ServerClock(() => TRUE_NOW);
  clock.learn(TRUE_NOW - 100, TRUE_NOW, date(TRUE_NOW));
  assert.equal(clock.offsetMs, 0);
});

test("a slow answer does not replace what a quick one has told, until that is old", () => {
  let now = TRUE_NOW;
  const clock = new ServerClock(() => now);
  clock.learn(now - 100, now, date(now + 60_000));
  const known = clock.offsetMs;
  clock.learn(now - 9_000, now, date(now + 90_000));
  assert.equal(clock.offsetMs, known);
  now += 11 * 60_000;
  clock.learn(now - 9_000, now, date(now));
  assert.notEqual(clock.offsetMs, known);
});

test("a header that is missing or no date changes nothing", () => {
  const clock = new ServerClock(() => TRUE_NOW);
  clock.learn(TRUE_NOW, TRUE_NOW, null);
  clock.learn(TRUE_NOW, TRUE_NOW, "yesterday");
  clock.learn(TRUE_NOW, TRUE_NOW - 5_000, date(TRUE_NOW + 3_600_000));
  assert.equal(clock.offsetMs, 0);
});

test("every answer of the network teaches it", async () => {
  const clock = new ServerClock(() => TRUE_NOW);
  const fetch = clock.watching(() =>
    Promise.resolve(new Response("{}", { headers: { date: date(TRUE_NOW + 3_600_000) } })),
  );
  await fetch("/api/v1/points");
  assert.ok(Math.abs(clock.offsetMs - 3_600_000) <= 1_000);
});
