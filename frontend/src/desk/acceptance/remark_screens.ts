/** What a scanner can't tell of an item: damage, no code, one code twice, no order at all. */

import { recognise } from "../../codes/forms.ts";
import type { Answer } from "../../shell/answer.ts";
import type { Screen } from "../../shell/frame.ts";
import { _ } from "../../shell/words.ts";
import { type Task, taskTiles } from "../home.ts";
import { Photos } from "../photos.ts";
import type { AcceptanceWork, Remark } from "./acceptance_work.ts";
import { parcelName } from "./scan_answer.ts";

/** What these screens do with the page around them. */
export interface RemarkParts {
  readonly work: AcceptanceWork;
  readonly open: (screen: Screen) => void;
  readonly show: (answer: Answer) => void;
  /** Back to the acceptance. */
  readonly back: () => void;
}

interface Choice {
  readonly code: string;
  readonly title: string;
  readonly about: string;
  readonly run: () => void;
}

/** Ask what is wrong with the item that was scanned last, or with the one that is scanned here. */
export function remarkScreen(parts: RemarkParts): Screen {
  const { work } = parts;
  const ofItem = (then: (code: string) => void) => () => {
    if (work.last === undefined) parts.show(itemWanted());
    else then(work.last);
  };
  const choices: Choice[] = [
    {
      code: "F2",
      title: _("Damaged"),
      about: _("Torn, crushed, wet, open: accepted and flagged"),
      run: ofItem((code) => parts.open(damageScreen(parts, code))),
    },
    {
      code: "F3",
      title: _("Can't be read"),
      about: _("Found by its box and its product"),
      run: () => parts.open(unreadableScreen(parts)),
    },
    {
      code: "F4",
      title: _("Two with one code"),
      about: _("The second item is put aside"),
      run: ofItem((code) => send(parts, { condition: "second_item", code })),
    },
    {
      code: "F6",
      title: _("No order"),
      about: _("Consumables, hand-ins of others: no cell"),
      run: () => parts.open(noOrderScreen(parts)),
    },
  ];
  return {
    ...choiceScreen(parts, _("What is wrong?"), choices, aboutItem(work.last)),
    scanned: (code) => {
      work.last = code;
      parts.show(aboutItem(code));
    },
  };
}

function damageScreen(parts: RemarkParts, code: string): Screen {
  const { point, id } = parts.work;
  const photos = new Photos({ acceptance: id, point });
  // Not the key that has led here: a key that bounces would choose.
  const damage = (key: string, title: string, about: string, reason: string): Choice => {
    return { code: key, title, about, run: () => void sendIt(reason) };
  };
  const sendIt = async (reason: string): Promise<void> => {
    if (photos.count > 0) parts.show(photosUnderWay());
    const attachments = await photos.settled();
    // Somebody may have left the screen while the photos were on their way.
    if (!photos.root.isConnected) return;
    if (attachments === undefined) return parts.show(photosMissing());
    send(parts, { condition: "damaged", reason, code, attachments });
  };
  const screen = choiceScreen(
    parts,
    _("What is damaged?"),
    [
      damage("F3", _("The packaging"), _("Torn, crushed or wet outside"), "packaging"),
      damage("F4", _("The goods"), _("What is inside is broken"), "goods"),
      damage("F6", _("It is open"), _("It was opened on the way"), "opened"),
    ],
    photosFirst(code),
  );
  const photo = { code: "F8", label: _("Take a photo"), run: () => photos.take() };
  return {
    ...screen,
    body: [photos.root, ...screen.body],
    shortcuts: [photo, ...screen.shortcuts],
  };
}

/** Photos come first: the remark that names them is sent once they are stored. */
function photosFirst(code: string): Answer {
  return {
    ...aboutItem(code),
    detail: _("Front, back, the damage, the label: photos decide a dispute."),
    next: _("Take photos (F8), then choose what is damaged: that sends it."),
  };
}

function photosUnderWay(): Answer {
  return { tone: "busy", title: _("The photos are being sent"), next: _("One moment.") };
}

function photosMissing(): Answer {
  return {
    tone: "error",
    title: _("A photo was not stored"),
    detail: _("Nothing was sent yet."),
    next: _("Send it again or remove it, then choose what is damaged."),
  };
}

function noOrderScreen(parts: RemarkParts): Screen {
  const item = (key: string, title: string, about: string, reason: string): Choice => {
    const run = (): void => send(parts, { condition: "no_order", reason });
    return { code: key, title, about, run };
  };
  return choiceScreen(
    parts,
    _("What is it?"),
    [
      item("F2", _("Consumables"), _("Bags, tape, labels for the point"), "consumables"),
      item("F3", _("A hand-in"), _("Brought for somebody else"), "hand_in"),
      item("F4", _("To be checked"), _("The sender asks to look at it"), "to_check"),
    ],
    { tone: "waiting", title: _("No order"), next: _("Choose what it is; it gets no cell.") },
  );
}

/** Box and product are scanned in any order; with both it is sent, with less by its key. */
function unreadableScreen(parts: RemarkParts): Screen {
  const { work } = parts;
  let product = "";
  const sendIt = (): void => {
    const box = work.box ? { box: work.box } : {};
    send(parts, { condition: "unreadable", ...box, ...(product ? { product } : {}) });
  };
  const choice: Choice = {
    code: "F2",
    title: _("Send it as it is"),
    about: _("Nothing more can be read: it is put aside"),
    run: sendIt,
  };
  return {
    ...choiceScreen(parts, _("Can't be read"), [choice], unreadable(work.box, product)),
    scanned: (code, scan) => {
      if (recognise(scan.text).kind === "box") work.box = code;
      else product = /^[\d ]+$/.test(scan.text) ? scan.text.replaceAll(" ", "") : code;
      if (work.box && product) sendIt();
      else parts.show(unreadable(work.box, product));
    },
  };
}

function choiceScreen(
  parts: RemarkParts,
  title: string,
  choices: readonly Choice[],
  waiting: Answer,
): Screen {
  const tasks: Task[] = choices.map(({ code, title, about }) => ({
    code,
    title,
    about,
    path: code,
  }));
  const run = (code: string): void => choices.find((each) => each.code === code)?.run();
  return {
    title,
    body: [taskTiles(tasks, run)],
    shortcuts: [
      ...choices.map(({ code, title, run }) => ({ code, label: title, run })),
      { code: "Escape", label: _("Back"), run: parts.back },
    ],
    scanned: () => parts.show(choiceWanted()),
    waiting,
  };
}

function send(parts: RemarkParts, remark: Remark): void {
  parts.back();
  void parts.work.remark(remark);
}

function aboutItem(code: string | undefined): Answer {
  if (code === undefined) {
    return { tone: "waiting", title: _("Which item?"), next: _("Scan it, or choose what it is.") };
  }
  const isParcel = /^\d{14}$/.test(code);
  return {
    tone: "waiting",
    title: isParcel ? parcelName(code) : code.slice(0, 40),
    next: _("Choose what is wrong with it, or scan another one."),
  };
}

function itemWanted(): Answer {
  return {
    tone: "error",
    title: _("Which item?"),
    next: _("Scan the item first, then choose what is wrong with it."),
  };
}

function choiceWanted(): Answer {
  return {
    tone: "error",
    title: _("Choose first"),
    next: _("Press the key of what it is, or go back (Esc) and scan the next item."),
  };
}

function unreadable(box: string, product: string): Answer {
  return {
    tone: "waiting",
    title: _("Box and product"),
    facts: [
      { name: _("Box"), value: box || "—" },
      { name: _("Product"), value: product || "—" },
    ],
    next: _("Scan the box it came in and the code of the product, or send it as it is (F2)."),
  };
}
