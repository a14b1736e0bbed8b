import assert from "node:assert/strict";
import { test } from "node:test";
import { type Network, read, send } from "../../src/api/client.ts";
import { command, DirectSubmitter } from "../../src/api/commands.ts";
import { failureAnswer } from "../../src/api/failures.ts";

type Answer = () => Response;

const PROBLEM = { code: "unknown_order", title: "Order not found", detail: "Check it." };

/** A network that gives these answers in turn, and remembers what was asked. */
function network(...answers: Answer[]): Network & { asked: [string, RequestInit][] } {
  const asked: [string, RequestInit][] = [];
  return {
    asked,
    pause: async () => {},
    fetch: async (input, init = {}) => {
      asked.push([String(input), init]);
      const answer = answers[asked.length - 1];
      assert.ok(answer, "no more requests than expected");
      return answer();
    },
  };
}

const broken: Answer = () => {
  throw new TypeError("Failed to fetch");
};
const json =
  (body: unknown, status = 200): Answer =>
  () =>
    new Response(JSON.stringify(body), { status });

test("a read says who asks and gets the value", async () => {
  const asked = network(json({ number: "1" }));
  assert.deepEqual(await read("/orders/1", asked), {
    kind: "done",
    value: { number: "1" },
    status: 200,
  });
  const [address, options] = asked.asked[0] ?? ["", {}];
  assert.equal(address, "/api/v1/orders/1");
  const headers = new Headers(options.headers);
  assert.equal(headers.get("x-gotovo-client"), "desk");
  assert.equal(headers.get("idempotency-key"), null);
  assert.equal(options.credentials, "same-origin");
});

test("a read is repeated while nobody can be reached, and not for ever", async () => {
  assert.equal((await read("/x", network(broken, json({}, 503), json(7)))).kind, "done");
  assert.equal((await read("/x", network(broken, broken, broken))).kind, "unreachable");
});

test("a refusal is an answer and is not repeated", async () => {
  const result = await read("/x", network(json(PROBLEM, 404)));
  assert.equal(result.kind, "refused");
});

test("a page of a proxy in between is no answer of ours", async () => {
  const page: Answer = () => new Response("<h1>It works</h1>", { status: 200 });
  const error: Answer = () => new Response("<h1>Bad request</h1>", { status: 400 });
  assert.equal((await send({ method: "GET", path: "/x" }, network(page))).kind, "unreachable");
  assert.equal((await send({ method: "GET", path: "/x" }, network(error))).kind, "unreachable");
});

test("a session that has ended is told from a refusal", async () => {
  assert.equal((await read("/x", network(json(PROBLEM, 401)))).kind, "signed_out");
});

test("a command whose fate is unknown is repeated with its own id and time", async () => {
  const asked = network(broken, json({ ok: true }));
  const given = command("/orders/1/shelving", { cell: "54-35" }, new Date("2026-11-22T11:05:00Z"));
  assert.equal((await new DirectSubmitter(asked).submit(given)).kind, "done");
  const keys = asked.asked.map(([, { headers }]) => new Headers(headers).get("idempotency-key"));
  assert.deepEqual(keys, [given.id, given.id]);
  const [first, second] = asked.asked.map(([, { body }]) => body);
  assert.equal(first, second);
  assert.deepEqual(JSON.parse(String(first)), { cell: "54-35", at: "2026-11-22T11:05:00.000Z" });
});

test("every failure says what to do next", () => {
  const problem = { ...PROBLEM, type: "", status: 404, instance: "" };
  const failures = [
    failureAnswer({ kind: "refused", problem }),
    failureAnswer({ kind: "refused", problem: { ...problem, code: "a_code_of_tomorrow" } }),
    failureAnswer({ kind: "signed_out" }),
    failureAnswer({ kind: "unreachable" }),
  ];
  for (const { tone, title, next } of failures) {
    assert.equal(tone, "error");
    assert.ok(title && next);
  }
});
