/**
 * Photos of goods: taken by the tablet's camera or chosen as files, sent before the command that
 * names them.
 *
 * A photo is made smaller here, which the program would do as well: a point's network is slow, and
 * what a browser can draw goes out as JPEG whatever it was. What it can't draw is refused here:
 * most browsers read no HEIC.
 */

import { type Network, type Result, upload } from "../api/client.ts";
import type { AttachmentView } from "../api/openapi.d.ts";
import { element, fill } from "../shell/elements.ts";
import { _, ngettext } from "../shell/words.ts";
import { action } from "./handover/fields.ts";

/** What photos are about, as the query of `POST /attachments`. */
export type PhotoSubject =
  | { readonly order: string }
  | { readonly acceptance: string; readonly point: string }
  | { readonly box: string; readonly point: string };

/** As many as a line of a refusal or a scan may name. */
export const PHOTOS_MAX = 10;

/** Pixels of the longer side, as the program stores it. */
const SIDE_MAX = 1_600;
const THUMBNAIL = 96;
const QUALITY = 0.85;

/** Pauses before a photo that did not arrive is sent again, in milliseconds. */
const PAUSES_MS: readonly number[] = [500, 2_000];

/** `id` is there once it is stored; `problem` says why it is not, and what to do. */
interface Photo {
  readonly key: string;
  readonly thumbnail: HTMLCanvasElement;
  readonly content: Blob;
  readonly sent: { id: string | undefined; problem: string | undefined };
  under: Promise<void> | undefined;
}

export class Photos {
  readonly root = element("div", { class: "photos" });
  readonly #subject: PhotoSubject;
  readonly #network: Network | undefined;
  readonly #list = element("ul", { class: "photo-list", "aria-label": _("Photos") });
  readonly #said = element("p", { class: "photo-said", role: "status" });
  readonly #input = element("input", {
    type: "file",
    accept: "image/jpeg,image/png,image/webp",
    capture: "environment",
    multiple: true,
    hidden: true,
    "aria-label": _("Take a photo"),
  });
  #photos: readonly Photo[] = [];
  #reading: Promise<void> = Promise.resolve();

  constructor(subject: PhotoSubject, network?: Network) {
    this.#subject = subject;
    this.#network = network;
    this.#input.addEventListener("change", () => {
      const files = [...(this.#input.files ?? [])];
      this.#input.value = "";
      this.#reading = this.#reading.then(() => this.#add(files));
    });
    fill(
      this.root,
      this.#input,
      action(_("Take a photo"), () => this.take()),
      this.#list,
      this.#said,
    );
  }

  get count(): number {
    return this.#photos.length;
  }

  /** Open the camera of a tablet, or the files of a computer. */
  take(): void {
    this.#input.click();
  }

  /**
   * Wait until every photo is stored and return their ids; undefined where one is not, which is
   * said beside it. A photo that did not arrive is sent again first.
   */
  async settled(): Promise<readonly string[] | undefined> {
    await this.#reading;
    await Promise.all(this.#photos.map((photo) => this.#send(photo)));
    const ids = this.#photos.map(({ sent }) => sent.id);
    return ids.every((id) => id !== undefined) ? ids : undefined;
  }

  async #add(files: readonly File[]): Promise<void> {
    this.#said.textContent = "";
    for (const file of files) {
      if (this.#photos.length >= PHOTOS_MAX) {
        this.#said.textContent = ngettext(
          "No more than {number} photo.",
          "No more than {number} photos.",
          PHOTOS_MAX,
        );
        return;
      }
      const photo = await read(file);
      if (photo === undefined) {
        this.#said.textContent = unreadable(file);
        continue;
      }
      this.#photos = [...this.#photos, photo];
      void this.#send(photo);
    }
    this.#render();
  }

  /** Send a photo once however often it is asked for, with one id, so that it is stored once. */
  #send(photo: Photo): Promise<void> {
    if (photo.sent.id !== undefined) return Promise.resolve();
    photo.under ??= this.#sent(photo).finally(() => {
      photo.under = undefined;
      this.#render();
    });
    this.#render();
    return photo.under;
  }

  async #sent(photo: Photo): Promise<void> {
    photo.sent.problem = undefined;
    const path = `/attachments?${new URLSearchParams({ ...this.#subject })}`;
    const once = (): Promise<Result<AttachmentView>> =>
      upload<AttachmentView>(path, photo.content, photo.key, this.#network);
    let result = await once();
    for (const pause of PAUSES_MS) {
      if (result.kind !== "unreachable") break;
      await new Promise((resolve) => setTimeout(resolve, pause));
      result = await once();
    }
    if (result.kind === "done") photo.sent.id = result.value.id;
    else photo.sent.problem = problemOf(result);
  }

  #remove(photo: Photo): void {
    this.#photos = this.#photos.filter((each) => each !== photo);
    this.#said.textContent = "";
    this.#render();
  }

  #render(): void {
    fill(this.#list, ...this.#photos.map((photo, place) => this.#row(photo, place + 1)));
  }

  #row(photo: Photo, place: number): HTMLElement {
    const { id, problem } = photo.sent;
    const state = problem ?? (id === undefined ? _("Being sent") : _("Stored"));
    const remove = action(_("Remove"), () => this.#remove(photo));
    remove.setAttribute("aria-label", _("Remove photo {number}", { number: place }));
    return element(
      "li",
      { "data-state": problem === undefined ? (id === undefined ? "busy" : "ok") : "error" },
      photo.thumbnail,
      element("span", { role: problem === undefined ? undefined : "alert" }, state),
      problem !== undefined && action(_("Send again"), () => void this.#send(photo)),
      remove,
    );
  }
}

/** Draw a file twice, as it is sent and as it is shown; undefined for what can't be drawn. */
async function read(file: File): Promise<Photo | undefined> {
  try {
    const picture = await createImageBitmap(file);
    const canvas = drawn(picture, SIDE_MAX);
    const thumbnail = drawn(picture, THUMBNAIL);
    thumbnail.setAttribute("aria-hidden", "true");
    const content = await new Promise<Blob | null>((resolve) =>
      canvas.toBlob(resolve, "image/jpeg", QUALITY),
    );
    picture.close();
    if (content === null) return undefined;
    const sent = { id: undefined, problem: undefined };
    return { key: crypto.randomUUID(), thumbnail, content, sent, under: undefined };
  } catch {
    return undefined;
  }
}

function drawn(picture: ImageBitmap, side: number): HTMLCanvasElement {
  const scale = Math.min(1, side / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas;
}

function unreadable({ name, type }: File): string {
  if (/\.hei[cf]$/i.test(name) || /hei[cf]/.test(type)) {
    return _(
      "HEIC isn't taken. Set the camera to JPEG (on an iPhone: Most Compatible), then retake.",
    );
  }
  return _("{name} is no photo that can be read. Take JPEG, PNG or WebP.", {
    name: name.slice(0, 40),
  });
}

function problemOf(result: Exclude<Result<unknown>, { kind: "done" }>): string {
  if (result.kind === "refused") return result.problem.detail;
  if (result.kind === "signed_out") return _("You are signed out");
  return _("Not sent: check the network, then send it again or remove it.");
}
