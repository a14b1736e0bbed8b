import assert from "node:assert/strict";
import { test } from "node:test";
import { Inbox, WAITING_MAX } from "../../src/scanner/inbox.ts";

/** Let what was promised happen. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("a scan that comes while another is answered waits for its turn", async () => {
  const begun: number[] = [];
  const finish: (() => void)[] = [];
  const inbox = new Inbox<number>(
    (item) => {
      begun.push(item);
      return new Promise((resolve) => finish.push(resolve));
    },
    () => assert.fail(),
  );
  for (const item of [1, 2, 3]) assert.ok(inbox.push(item));
  assert.deepEqual([begun, inbox.waiting], [[1], 2]);
  for (const expected of [
    [1, 2],
    [1, 2, 3],
    [1, 2, 3],
  ]) {
    finish.shift()?.();
    await settled();
    assert.deepEqual(begun, expected);
  }
  inbox.push(4);
  assert.deepEqual(begun, [1, 2, 3, 4]);
});

test("an answer that fails is told, and the next one comes all the same", async () => {
  const [answered, failed]: [number[], unknown[]] = [[], []];
  const inbox = new Inbox<number>(
    (item) => {
      if (item === 1) throw new Error("broken");
      answered.push(item);
    },
    (error) => failed.push(error),
  );
  inbox.push(1);
  inbox.push(2);
  await settled();
  assert.deepEqual([answered, failed.map(String)], [[2], ["Error: broken"]]);
});

test("what is too much is refused, and nothing that was taken is lost", async () => {
  const answered: number[] = [];
  let open: () => void = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const inbox = new Inbox<number>(
    async (item) => {
      await gate;
      answered.push(item);
    },
    () => assert.fail(),
  );
  const taken = Array.from({ length: WAITING_MAX + 5 }, (_each, index) => index).filter((index) =>
    inbox.push(index),
  );
  assert.equal(taken.length, WAITING_MAX + 1);
  open();
  for (let turn = 0; turn < taken.length; turn += 1) await settled();
  assert.deepEqual(answered, taken);
});
