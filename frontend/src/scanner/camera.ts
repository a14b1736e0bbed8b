/**
 * The camera as a scanner: pictures go to a worker, codes come back.
 *
 * It runs while it is wanted and the page is seen; otherwise its light goes out.
 */

import decoder from "worker:./decoder.ts";
import { ownScript } from "../shell/trusted.ts";
import type { Picture, Reading } from "./pictures.ts";

/**
 * Why there is no picture. `denied`: somebody said no · `missing`: there is no camera · `busy`:
 * another program has it · `insecure`: browsers give it to https alone · `failed`: anything else.
 */
export type CameraProblem = "denied" | "missing" | "busy" | "insecure" | "failed";

/** Between two pictures: eight a second are read as fast as a hand brings a code. */
const PAUSE_MS = 120;

/** The longer side of a picture, in pixels: a label of 58 mm an arm away is readable. */
const SIDE_MAX = 1280;

const PROBLEMS: Readonly<Record<string, CameraProblem>> = {
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotFoundError: "missing",
  OverconstrainedError: "missing",
  NotReadableError: "busy",
  AbortError: "busy",
};

export interface CameraHandlers {
  readonly found: (text: string) => void;
  readonly problem: (problem: CameraProblem) => void;
}

export class Camera {
  readonly #video: HTMLVideoElement;
  readonly #handlers: CameraHandlers;
  readonly #canvas = document.createElement("canvas");
  #listening: AbortController | undefined;
  #stream: MediaStream | undefined;
  #worker: Worker | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(video: HTMLVideoElement, handlers: CameraHandlers) {
    this.#video = video;
    this.#handlers = handlers;
  }

  /** Show the camera and look for codes until `stop`. */
  async start(): Promise<void> {
    if (this.#listening) return;
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    document.addEventListener("visibilitychange", () => void this.#follow(), { signal });
    await this.#follow();
  }

  stop(): void {
    this.#listening?.abort();
    this.#listening = undefined;
    this.#release();
    this.#worker?.terminate();
    this.#worker = undefined;
  }

  /** Whether the camera has a light that can be switched. */
  get hasTorch(): boolean {
    const [track] = this.#stream?.getVideoTracks() ?? [];
    return track !== undefined && "torch" in (track.getCapabilities?.() ?? {});
  }

  /** Switch the light. */
  async light(isOn: boolean): Promise<void> {
    const [track] = this.#stream?.getVideoTracks() ?? [];
    const wanted = { torch: isOn } as MediaTrackConstraintSet;
    await track?.applyConstraints({ advanced: [wanted] }).catch(() => undefined);
  }

  /** Have the camera while the page is seen. */
  async #follow(): Promise<void> {
    if (document.hidden || !this.#listening) {
      this.#release();
      return;
    }
    if (this.#stream) return;
    if (!navigator.mediaDevices) {
      this.#handlers.problem("insecure");
      return;
    }
    const wanted = this.#listening.signal;
    try {
      const video = { facingMode: "environment", width: { ideal: SIDE_MAX } };
      const stream = await navigator.mediaDevices.getUserMedia({ video });
      if (wanted.aborted || document.hidden || this.#stream) {
        for (const track of stream.getTracks()) track.stop();
        return;
      }
      this.#stream = stream;
      this.#video.srcObject = stream;
      this.#video.muted = true;
      await this.#video.play();
      this.#next();
    } catch (error) {
      if (wanted.aborted) return;
      const name = error instanceof DOMException ? error.name : "";
      this.#release();
      this.#handlers.problem(PROBLEMS[name] ?? "failed");
    }
  }

  #release(): void {
    clearTimeout(this.#timer);
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = undefined;
    this.#video.srcObject = null;
  }

  #next(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look(), PAUSE_MS);
  }

  /** Send a picture; the next one follows the answer, so that none pile up. */
  #look(): void {
    if (!this.#stream) return;
    const image = this.#picture();
    if (!image) {
      this.#next();
      return;
    }
    const picture: Picture = { image };
    this.#decoder().postMessage(picture, [image.data.buffer]);
  }

  #picture(): ImageData | undefined {
    const { videoWidth, videoHeight, readyState } = this.#video;
    if (readyState < HTMLMediaElement.HAVE_CURRENT_DATA || videoWidth === 0) return undefined;
    const scale = Math.min(1, SIDE_MAX / Math.max(videoWidth, videoHeight));
    const [width, height] = [Math.round(videoWidth * scale), Math.round(videoHeight * scale)];
    this.#canvas.width = width;
    this.#canvas.height = height;
    const context = this.#canvas.getContext("2d", { willReadFrequently: true });
    context?.drawImage(this.#video, 0, 0, width, height);
    return context?.getImageData(0, 0, width, height);
  }

  #decoder(): Worker {
    if (this.#worker) return this.#worker;
    const worker = new Worker(ownScript(decoder), { type: "module" });
    worker.addEventListener("message", ({ data }: MessageEvent<Reading>) => this.#read(data));
    worker.addEventListener("error", () => this.#read({ kind: "failed", reason: "worker" }));
    this.#worker = worker;
    return worker;
  }

  #read(reading: Reading): void {
    if (!this.#stream) return;
    if (reading.kind === "failed") {
      this.#release();
      this.#handlers.problem("failed");
      return;
    }
    if (reading.text) this.#handlers.found(reading.text);
    this.#next();
  }
}
