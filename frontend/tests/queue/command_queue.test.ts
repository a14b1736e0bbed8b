import assert from "node:assert/strict";
import { test } from "node:test";
import type { CommandQueue, NewCommand } from "../../src/queue/command_queue.ts";
import { isSettled } from "../../src/queue/entry.ts";
import type { Reply } from "../../src/queue/ledger.ts";
import { Device, seeded, shelving } from "./device.ts";

const [ONE, OTHER] = ["643112090560", "896143666926"];
const NONE: Reply = { kind: "none" };

async function allAnswered(device: Device): Promise<void> {
  let isDone = false;
  await device.clock.until(() => {
    void device.store.all().then((entries) => {
      isDone = entries.every(isSettled);
    });
    return isDone;
  });
}

test("a command is sent and its answer comes back to who waits for it", async () => {
  const device = new Device();
  const queue = device.tab();
  await queue.start();
  const command = shelving(ONE, 1);
  assert.equal((await queue.take(command)).kind, "taken");
  const entry = await queue.answered(command.id, 60_000);
  assert.deepEqual([entry?.state, entry?.answer?.status], ["done", 200]);
  await queue.close();
});

test("without a network it is stored, and sent when there is one", async () => {
  const device = new Device();
  let isOnline = false;
  device.carry = (entry) => Promise.resolve(isOnline ? device.server.take(entry) : NONE);
  const queue = device.tab();
  await queue.start();
  const command = shelving(ONE, 1);
  await queue.take(command);
  const waiting = queue.answered(command.id, 4_000);
  let state = "";
  void waiting.then((entry) => {
    state = entry?.state ?? "";
  });
  await device.clock.until(() => state !== "");
  assert.ok(["pending", "sending"].includes(state));
  isOnline = true;
  await queue.resume();
  await allAnswered(device);
  assert.equal(device.server.done.length, 1);
  await queue.close();
});

test("a command that was stored before the page went is sent by the next page", async () => {
  const device = new Device();
  device.carry = () => new Promise(() => {}); // The page goes while it is on its way.
  const gone = device.tab();
  const command = shelving(ONE, 1);
  await gone.take(command);
  const next = device.tab();
  device.carry = (entry) => Promise.resolve(device.server.take(entry));
  await next.start();
  await allAnswered(device);
  assert.deepEqual(
    device.server.done.map((each) => [each.id, each.at]),
    [[command.id, command.at]],
  );
  await next.close();
});

test("of two tabs one sends, and each hears of its own commands", async () => {
  const device = new Device();
  const [left, right] = [device.tab(), device.tab()];
  await left.start();
  await right.start();
  const commands = Array.from({ length: 20 }, (_each, index) => shelving(ONE, index));
  const answers = [];
  for (const [index, command] of commands.entries()) {
    const tab = index % 2 ? left : right;
    await tab.take(command);
    answers.push(tab.answered(command.id, 600_000));
  }
  let states: (string | undefined)[] = [];
  void Promise.all(answers).then((entries) => {
    states = entries.map((each) => each?.state);
  });
  await device.clock.until(() => states.length > 0);
  assert.deepEqual(new Set(states), new Set(["done"]));
  assert.deepEqual(
    device.server.done.map((each) => each.id),
    commands.map((each) => each.id),
  );
  assert.ok([...device.server.arrivals.values()].every((times) => times === 1));
  await left.close();
  const late = shelving(OTHER, 99);
  await right.take(late);
  await allAnswered(device);
  assert.equal(device.server.done.at(-1)?.id, late.id);
  await right.close();
});

test("who is signed out waits, and goes on after signing in", async () => {
  const device = new Device();
  let isSignedIn = false;
  device.carry = (entry) =>
    Promise.resolve(isSignedIn ? device.server.take(entry) : { kind: "signed_out" });
  const queue = device.tab();
  await queue.start();
  await queue.take(shelving(ONE, 1));
  await device.clock.until(() => queue.isSignedOut);
  isSignedIn = true;
  await queue.resume();
  await allAnswered(device);
  assert.equal(device.server.done.length, 1);
  await queue.close();
});

test("a command that waits cannot be dismissed, one that failed can be sent again", async () => {
  const device = new Device();
  device.server.decide = () => ({ kind: "answer", answer: { status: 500, body: {} } });
  const queue = device.tab();
  await queue.start();
  const command = shelving(ONE, 1);
  await queue.take(command);
  await queue.dismiss(command.id);
  assert.equal((await device.store.all()).length, 1);
  await allAnswered(device);
  assert.equal((await device.store.all())[0]?.state, "failed");
  device.server.decide = () => ({ kind: "answer", answer: { status: 200, body: {} } });
  await queue.retry(command.id);
  await allAnswered(device);
  assert.equal((await device.store.all())[0]?.state, "done");
  await queue.dismiss(command.id);
  assert.deepEqual(await device.store.all(), []);
  await queue.close();
});

for (let seed = 1; seed <= 25; seed += 1) {
  test(`nothing is lost, doubled or out of order, whatever happens: seed ${seed}`, async () => {
    const chance = seeded(seed);
    const device = new Device();
    const inFlight = new Map<string, number>();
    device.carry = async (entry) => {
      const underWay = (inFlight.get(entry.subject) ?? 0) + 1;
      inFlight.set(entry.subject, underWay);
      assert.equal(underWay, 1, "two commands of one subject at once");
      await device.clock.pause(chance() * 300, new AbortController().signal);
      const isLostOnTheWay = chance() < 0.25;
      const reply = isLostOnTheWay ? NONE : device.server.take(entry);
      await device.clock.pause(chance() * 300, new AbortController().signal);
      inFlight.set(entry.subject, 0);
      return chance() < 0.25 ? NONE : reply;
    };
    device.server.decide = () => {
      const dice = chance();
      const status = dice < 0.1 ? 500 : dice < 0.15 ? 429 : dice < 0.25 ? 422 : 200;
      return { kind: "answer", answer: { status, body: { code: "x" } } };
    };
    const given: NewCommand[] = [];
    let tabs: CommandQueue[] = [device.tab(chance)];
    await Promise.all(tabs.map((tab) => tab.start()));
    for (let step = 0; step < 60; step += 1) {
      const dice = chance();
      if (dice < 0.1) {
        const closing = tabs.map((tab) => tab.close());
        let areClosed = false;
        void Promise.all(closing).then(() => {
          areClosed = true;
        });
        await device.clock.until(() => areClosed);
        tabs = [device.tab(chance), device.tab(chance)];
        await Promise.all(tabs.map((tab) => tab.start()));
      } else if (dice < 0.2) {
        await tabs[0]?.resume();
      } else {
        const number = chance() < 0.5 ? ONE : OTHER;
        const command = shelving(number, step);
        const tab = tabs[Math.floor(chance() * tabs.length)];
        assert.equal((await tab?.take(command))?.kind, "taken");
        given.push(command);
        if (dice > 0.9) await tab?.take(command); // A second press of the same button.
      }
    }
    await allAnswered(device);
    const entries = await device.store.all();
    assert.deepEqual(
      entries.map((each) => each.id),
      given.map((each) => each.id),
    );
    for (const entry of entries) {
      const isAtServer = device.server.done.some((each) => each.id === entry.id);
      if (entry.state === "done") assert.ok(isAtServer);
      if (entry.state === "refused") assert.ok(!isAtServer);
    }
    for (const number of [ONE, OTHER]) {
      const orders = device.server.done
        .filter((each) => each.subject.endsWith(number))
        .map((each) => Number(each.body["index"]));
      assert.deepEqual(
        orders,
        orders.toSorted((a, b) => a - b),
      );
      assert.equal(new Set(orders).size, orders.length);
    }
    await Promise.all(tabs.map((tab) => tab.close()));
  });
}
