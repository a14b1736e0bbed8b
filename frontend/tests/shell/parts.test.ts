import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { moment, showTimesIn, sum } from "../../src/shell/formats.ts";
import { DEFAULTS, PreferenceStore, readPreferences } from "../../src/shell/preferences.ts";
import { type Route, screenAt } from "../../src/shell/router.ts";
import { capOf, pressed } from "../../src/shell/shortcuts.ts";
import { NOTES } from "../../src/shell/sounds.ts";
import { speakAloud, spokenCells } from "../../src/shell/speech.ts";
import { speak } from "../../src/shell/words.ts";

beforeEach(() => speak("en", {}));

const key = { altKey: false, ctrlKey: false, metaKey: false, shiftKey: false, repeat: false };
const find = { code: "KeyF", label: "Find", run: () => {} };

test("a shortcut is a key of the keyboard and not a letter of its layout", () => {
  assert.equal(pressed([find], { ...key, code: "KeyF" }), find);
  assert.equal(pressed([find], { ...key, code: "KeyG" }), undefined);
  assert.equal(capOf("KeyF"), "F");
  assert.equal(capOf("Escape"), "Esc");
  assert.equal(capOf("F2"), "F2");
});

test("keys of the browser and a key that is held down stay what they are", () => {
  for (const held of ["altKey", "ctrlKey", "metaKey", "shiftKey", "repeat"]) {
    assert.equal(pressed([find], { ...key, code: "KeyF", [held]: true }), undefined, held);
  }
});

const routes: [Route<string>, ...Route<string>[]] = [
  { path: "/", screen: () => "home" },
  { path: "/orders", screen: () => "lookup" },
  { path: "/orders/{number}", screen: ({ number }) => `order ${number}` },
];

test("an address leads to its screen, and an unknown or broken one home", () => {
  const screens = ["", "/", "/orders", "/orders/", "/orders/12%2F3", "/nowhere", "/orders/%E0%A4"];
  assert.deepEqual(
    screens.map((path) => screenAt(routes, path)),
    ["home", "home", "lookup", "lookup", "order 12/3", "home", "order %E0%A4"],
  );
});

function storage(stored: string | null) {
  const values = new Map(stored === null ? [] : [["staff-preferences", stored]]);
  return {
    getItem: (name: string) => values.get(name) ?? null,
    setItem: (name: string, value: string) => void values.set(name, value),
  };
}

test("choices are read again, and whatever is none of ours is the default", () => {
  const device = storage(null);
  new PreferenceStore(device).choose({ theme: "dark", sounds: false });
  const chosen = { sounds: false, speech: true, theme: "dark", labels: false };
  assert.deepEqual(readPreferences(device), chosen);
  for (const stored of ["{", "7", "null", "[]", '{"theme": "pink", "labels": 1}']) {
    assert.deepEqual(readPreferences(storage(stored)), DEFAULTS, stored);
  }
});

test("a browser that stores nothing keeps a choice until it is closed", () => {
  const refuse = () => {
    throw new Error("no storage");
  };
  const store = new PreferenceStore({ getItem: refuse, setItem: refuse });
  const heard: boolean[] = [];
  store.follow(({ sounds }) => heard.push(sounds));
  store.choose({ sounds: false });
  assert.deepEqual(heard, [true, false]);
});

test("a cell is spoken as two numbers and not as a subtraction", () => {
  assert.equal(spokenCells(["54-35"]), "Cell 54, 35");
  assert.equal(spokenCells(["54-35", "2-1"]), "2 cells: 54, 35; 2, 1");
  assert.equal(spokenCells([]), "");
});

test("without a voice nothing is spoken, and the caller knows", () => {
  assert.equal(speakAloud("Cell 1", "en"), false);
});

test("the sounds differ in rhythm, for who cannot tell pitches apart", () => {
  const rhythms = Object.values(NOTES).map((notes) =>
    notes.map((note) => `${note.startMs}+${note.lengthMs}`).join(" "),
  );
  assert.equal(new Set(rhythms).size, rhythms.length);
});

test("times are those of the point, and sums have the digits of their currency", () => {
  showTimesIn("Asia/Yekaterinburg");
  assert.match(moment("2026-11-22T11:05:00Z"), /22 Nov.* 16:05/);
  assert.match(sum({ amount: 45_000, currency: "RUB" }), /450\.00/);
});
