import assert from "node:assert/strict";
import { test } from "node:test";
import { deviceSettings, STORED_AS } from "../../src/scanner/device_settings.ts";

function stored(text: string | null): ReturnType<typeof deviceSettings> {
  return deviceSettings({ getItem: (name) => (name === STORED_AS ? text : null) });
}

test("a device says how its scanner is read", () => {
  const settings = { gapMs: 150, idleMs: 600, separatorKeys: ["F9"], prefixes: ["~"] };
  assert.deepEqual(stored(JSON.stringify(settings)), settings);
});

test("what makes no sense is left as usual", () => {
  for (const text of [null, "", "{", "7", "null", "[]", '{"gapMs": -1, "idleMs": "long"}']) {
    assert.deepEqual(stored(text), {}, String(text));
  }
  assert.deepEqual(stored('{"prefixes": [1], "stutterMs": 200, "else": 1}'), { stutterMs: 200 });
});
