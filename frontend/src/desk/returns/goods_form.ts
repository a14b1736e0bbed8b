/** The goods on the counter, line by line: what is taken back, and what is not. */

import { download } from "../../api/client.ts";
import type { ReturnBody, ReturnLine, ReturnOrder } from "../../api/openapi.d.ts";
import { element, fill } from "../../shell/elements.ts";
import { sum } from "../../shell/formats.ts";
import { _ } from "../../shell/words.ts";
import { choiceField, textField } from "../handover/fields.ts";
import type { Reason } from "../handover/model.ts";
import { reasons } from "../handover/words.ts";
import { Photos } from "../photos.ts";
import { type Decline, declineReasons } from "./words.ts";

type Choice = Reason | `no:${Decline}`;

/** What a clerk said of the goods; undefined where a photo is not stored. */
export type Goods = Pick<ReturnBody, "taken" | "declined" | "note">;

interface LineForm {
  readonly root: HTMLElement;
  readonly read: () => Promise<Goods | undefined>;
}

export class GoodsForm {
  readonly root = element("div", { class: "goods-form" });
  readonly #lines: readonly LineForm[];
  readonly #note = textField(_("In words: what you see"), { maxlength: 500 });

  constructor(point: string, order: ReturnOrder) {
    const shown = order.lines.filter((each) => each.issued > each.returned);
    this.#lines = shown.map((line) => lineForm(order, line));
    fill(
      this.root,
      order.photos.length > 0 && claimPhotos(point, order),
      ...this.#lines.map((each) => each.root),
      this.#note.root,
    );
  }

  /** Return everything that was said, once every photo is stored; undefined where one is not. */
  async goods(): Promise<Goods | undefined> {
    const read = await Promise.all(this.#lines.map((each) => each.read()));
    if (read.some((each) => each === undefined)) return undefined;
    const known = read.filter((each) => each !== undefined);
    return {
      taken: known.flatMap((each) => each.taken ?? []),
      declined: known.flatMap((each) => each.declined ?? []),
      note: this.#note.input.value.trim(),
    };
  }
}

function lineForm(order: ReturnOrder, line: ReturnLine): LineForm {
  const most = line.issued - line.returned;
  const brought = line.claimed;
  const units = textField(_("How many are here"), {
    type: "number",
    min: 0,
    max: most,
    value: brought,
    inputmode: "numeric",
  });
  const choices: readonly (readonly [Choice, string])[] = [
    ...(line.returnable > 0 ? takenReasons(line) : []),
    ...declineReasons().map(
      ([code, text]) => [`no:${code}`, _("Not taken: {reason}", { reason: text })] as const,
    ),
  ];
  const choice = choiceField<Choice>(_("What becomes of it"), choices);
  const photos = new Photos({ order: order.number });
  const root = element(
    "section",
    { class: "goods-line return-line" },
    element("h2", {}, line.title),
    element("p", {}, `${sum(line.price)}. ${aboutLine(line)}`),
    line.problem !== null && element("p", { class: "return-problem" }, line.problem.detail),
    element("div", { class: "desk-form" }, units.root, choice.root, photos.root),
  );
  const read = async (): Promise<Goods | undefined> => {
    const quantity = Math.min(Math.max(Math.trunc(Number(units.input.value)) || 0, 0), most);
    if (quantity === 0) return {};
    const attachments = await photos.settled();
    if (attachments === undefined) return undefined;
    const shown = attachments.length > 0 ? { attachments: [...attachments] } : {};
    const chosen = choice.chosen();
    const said = { line: line.line, quantity, ...shown };
    if (chosen.startsWith("no:")) {
      return { declined: [{ ...said, reason: chosen.slice(3) as Decline }] };
    }
    return { taken: [{ ...said, reason: chosen as Reason }] };
  };
  return { root, read };
}

/** Goods of a class that comes back only with a defect offer the one reason that counts. */
function takenReasons(line: ReturnLine): readonly (readonly [Choice, string])[] {
  const offered = line.only_defective ? reasons().filter(([code]) => code === "defect") : reasons();
  return offered.map(
    ([code, text]) => [code, _("Taken back: {reason}", { reason: text })] as const,
  );
}

function aboutLine({ issued, returned, claimed }: ReturnLine): string {
  const parts = [_("Handed over: {number}", { number: issued })];
  if (claimed > 0) parts.push(_("announced: {number}", { number: claimed }));
  if (returned > 0) parts.push(_("came back: {number}", { number: returned }));
  return parts.join(", ");
}

/** The photos of the claim, which the goods are compared with. */
function claimPhotos(point: string, { number, photos }: ReturnOrder): HTMLElement {
  const list = element("ul", { class: "claim-photos", "aria-label": _("Photos of the claim") });
  for (const [place, photo] of photos.entries()) {
    const label = _("Photo {number} of the claim", { number: place + 1 });
    const picture = element("canvas", { role: "img", "aria-label": label });
    list.append(element("li", {}, picture));
    void draw(picture, `/points/${point}/returns/${number}/photos/${photo.id}`);
  }
  return list;
}

/** Draw a photo: the page lets no address of a file into an image. */
async function draw(picture: HTMLCanvasElement, path: string): Promise<void> {
  const content = await download(path);
  if (content === undefined) return;
  const drawn = await createImageBitmap(content);
  picture.width = drawn.width;
  picture.height = drawn.height;
  picture.getContext("2d")?.drawImage(drawn, 0, 0);
  drawn.close();
  picture.setAttribute("data-drawn", "");
}
