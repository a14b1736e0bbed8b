import assert from "node:assert/strict";
import { test } from "node:test";
import { recognise } from "../../src/codes/forms.ts";
import { KeyReader } from "../../src/scanner/key_reader.ts";
import { Keyboard, type Layout } from "./simulated.ts";

const PARCEL = "64311209056002";
const QR = "643112090560.0a1b2c3d4e5f60718293a4b5";
const MARK = "010460123456789321a!\"%&'()*+,-./_:;=<>?\u001d93dGVz";
const CODES = [PARCEL, QR, MARK, "CELL:54-35", "BOX-7F3K2", "4601234567893", "]C0643112090560"];
const LAYOUTS: readonly Layout[] = ["english", "russian", "russian with Caps Lock"];

function keyboard(layout: Layout = "english"): Keyboard {
  return new Keyboard(new KeyReader(), layout);
}

for (const layout of LAYOUTS) {
  test(`a scan is what the code has, under a layout that is ${layout}`, () => {
    for (const code of CODES) {
      const { heard, scan } = bound(keyboard(layout));
      scan(code);
      assert.deepEqual(heard, {
        scanned: [code],
        typed: "",
        passed: passedBefore(heard),
        replays: 0,
      });
    }
  });
}

for (const suffix of [["Enter"], ["NumpadEnter"], ["Tab"], ["Enter", "Enter"], ["Enter", "Tab"]]) {
  test(`the suffix ${suffix.join(" and ")} ends a scan and presses nothing`, () => {
    const board = keyboard();
    board.scan(PARCEL, suffix);
    board.scan(QR, suffix);
    assert.deepEqual(board.heard.scanned, [PARCEL, QR]);
    for (const key of suffix) assert.ok(!board.heard.passed.includes(key), key);
  });
}

test("a suffix that is Ctrl and a letter is one", () => {
  const board = keyboard();
  board.scan(PARCEL, []);
  board.press({ code: "KeyM", key: "m", ctrl: true }, 5);
  board.press({ code: "KeyJ", key: "j", ctrl: true }, 5);
  assert.deepEqual(board.heard.scanned, [PARCEL]);
  assert.ok(!board.heard.passed.includes("KeyJ"), "Ctrl+J would open the downloads");
});

test("without a suffix a pause ends a scan", () => {
  const board = keyboard();
  board.scan(PARCEL, []);
  assert.deepEqual(board.heard.scanned, []);
  board.pause();
  assert.deepEqual(board.heard.scanned, [PARCEL]);
});

test("a scan after a pause that no timer told of is another one", () => {
  const board = keyboard();
  board.scan(PARCEL, []);
  board.now += 500;
  board.scan(QR);
  assert.deepEqual(board.heard.scanned, [PARCEL, QR]);
  assert.equal(board.heard.typed, "");
});

test("twenty scans without a pause come in order", () => {
  const board = keyboard("russian");
  const parcels = Array.from({ length: 20 }, (_each, index) =>
    String(64311209056001n + BigInt(index)),
  );
  for (const parcel of parcels) board.scan(parcel, ["Enter"], 1);
  assert.deepEqual(board.heard.scanned, parcels);
});

test("Enter long after a scan is a person's", () => {
  const board = keyboard();
  board.scan(PARCEL);
  board.press({ code: "Enter", key: "Enter" }, 600);
  assert.equal(board.heard.passed.at(-1), "Enter");
});

for (const gap of [60, 120, 300]) {
  test(`what a person types, ${gap} ms a key, goes its way`, () => {
    const board = keyboard();
    board.scan("643112090560", ["Enter"], gap);
    assert.deepEqual(board.heard.scanned, []);
    assert.equal(board.heard.typed, "643112090560");
    assert.equal(board.heard.passed.at(-1), "Enter");
  });
}

test("three letters that a person rolls are no scan", () => {
  const board = keyboard();
  for (const gap of [200, 20, 20, 150, 20, 20]) board.character("x", gap);
  board.pause();
  assert.deepEqual([board.heard.scanned, board.heard.typed], [[], "xxxxxx"]);
});

test("a key that is held down is no scan", () => {
  const board = keyboard();
  board.press({ code: "Digit7", key: "7" }, 500);
  for (let times = 0; times < 50; times += 1) {
    board.press({ code: "Digit7", key: "7", repeat: true }, 30);
  }
  board.pause();
  assert.deepEqual([board.heard.scanned, board.heard.typed.length], [[], 51]);
});

test("what is composed by an input method is no scan", () => {
  const board = keyboard();
  for (let times = 0; times < 8; times += 1) {
    board.press({ code: "KeyN", key: "Process", composing: true }, 5);
  }
  board.pause();
  assert.deepEqual([board.heard.scanned, board.heard.passed.length], [[], 8]);
});

test("a scanner before an input method is read by its keys", () => {
  const board = keyboard();
  for (const digit of PARCEL) board.press({ code: `Digit${digit}`, key: "Process" }, 5);
  board.press({ code: "Enter", key: "Process" }, 5);
  assert.deepEqual(board.heard.scanned, [PARCEL]);
});

test("digits of the numeric pad are digits", () => {
  const board = keyboard();
  for (const digit of PARCEL) board.press({ code: `Numpad${digit}`, key: digit }, 5);
  board.press({ code: "NumpadEnter", key: "Enter" }, 5);
  assert.deepEqual(board.heard.scanned, [PARCEL]);
});

test("a scanner that holds Alt and types numbers is read, GS included", () => {
  const board = keyboard("russian");
  for (const character of "010460123456789321abc\u001d93dGVz\r") {
    const number = String(character.charCodeAt(0)).padStart(4, "0");
    for (const digit of number) {
      board.press({ code: `Numpad${digit}`, key: digit, alt: true }, 12);
    }
    board.press({ type: "up", code: "AltLeft", key: "Alt" }, 12);
  }
  const [scanned = ""] = board.heard.scanned;
  assert.equal(scanned, "010460123456789321abc\u001d93dGVz");
  assert.equal(recognise(scanned).serial, "abc");
});

test("F8 stands for GS within a scan and before one", () => {
  for (const code of ["\u0008010460123456789321abc", "010460123456789321abc\u000893dGVz"]) {
    const board = keyboard();
    for (const character of code) {
      if (character === "\u0008") board.press({ code: "F8", key: "F8" }, 5);
      else board.character(character, 5);
    }
    board.press({ code: "Tab", key: "Tab" }, 5);
    assert.deepEqual(board.heard.scanned, [code.replace("\u0008", "\u001d")]);
    assert.ok(!board.heard.passed.includes("F8"));
    assert.equal(board.heard.replays, 0);
  }
});

test("F8 of a person is pressed after all", () => {
  const board = keyboard();
  board.press({ code: "F8", key: "F8" }, 500);
  board.pause();
  assert.deepEqual([board.heard.replays, board.heard.scanned], [1, []]);
  board.press({ code: "F8", key: "F8" }, 500);
  board.press({ code: "Escape", key: "Escape" }, 500);
  assert.deepEqual([board.heard.replays, board.heard.passed], [2, ["Escape"]]);
});

test("a scanner that was set to the layout of the computer is read by that", () => {
  const board = keyboard();
  // German: Y and Z change places, the dash stands where English has the slash.
  for (const [code, key] of [
    ["KeyB", "B"],
    ["KeyO", "O"],
    ["KeyX", "X"],
    ["Slash", "-"],
    ["KeyY", "Z"],
    ["KeyZ", "Y"],
  ] as const) {
    board.press({ code, key, shift: code.startsWith("Key") }, 5);
  }
  board.press({ code: "Enter", key: "Enter" }, 5);
  assert.deepEqual(board.heard.scanned, ["BOX-ZY"]);
});

test("a prefix that the scanner was set to send is taken off", () => {
  const board = new Keyboard(new KeyReader({ prefixes: ["~~"] }));
  board.scan(`~~${PARCEL}`);
  board.scan(PARCEL);
  assert.deepEqual(board.heard.scanned, [PARCEL, PARCEL]);
});

test("shortcuts of a person work between two scans", () => {
  const board = keyboard();
  board.scan(PARCEL);
  board.press({ code: "KeyC", key: "c", ctrl: true }, 400);
  board.press({ code: "F4", key: "F4" }, 400);
  board.scan(QR);
  assert.ok(["KeyC", "F4"].every((code) => board.heard.passed.includes(code)));
  assert.deepEqual(board.heard.scanned, [PARCEL, QR]);
});

test("what was typed before a scan stays in the field", () => {
  const board = keyboard("russian");
  for (const letter of "note") board.character(letter, 180);
  board.now += 400;
  board.scan(QR);
  assert.deepEqual([board.heard.typed, board.heard.scanned], ["тщеу", [QR]]);
});

test("however keys fall, a whole scan comes out whole and what is slow is never one", () => {
  let seed = 22;
  const random = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((seed / 2 ** 31) * below);
  };
  for (let round = 0; round < 300; round += 1) {
    const board = keyboard(LAYOUTS[random(3)] ?? "english");
    const expected: string[] = [];
    for (let step = 0; step < 12; step += 1) {
      const code = CODES[random(CODES.length)] ?? PARCEL;
      if (random(3) > 0) {
        board.scan(
          code,
          [["Enter"], ["Tab"], ["Enter", "Tab"], []][random(4)] ?? [],
          1 + random(45),
        );
        board.pause();
        expected.push(code);
      } else {
        for (const character of code.replaceAll("\u001d", ""))
          board.character(character, 60 + random(200));
        board.pause();
      }
      board.now += random(500);
    }
    assert.deepEqual(board.heard.scanned, expected, `round ${round}`);
  }
});

function bound(board: Keyboard): Pick<Keyboard, "heard"> & { scan: (code: string) => void } {
  return { heard: board.heard, scan: (code) => board.scan(code) };
}

/** The keys before the scan was told reach the page, and none after. */
function passedBefore({ passed }: { readonly passed: string[] }): string[] {
  assert.ok(passed.filter((code) => !code.startsWith("Shift")).length <= 3, passed.join(" "));
  return passed;
}
