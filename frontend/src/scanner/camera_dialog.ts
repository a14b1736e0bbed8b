/** The camera in a dialog: for a tablet without a scanner, and codes that a scanner can't read. */

import { element, fill } from "../shell/elements.ts";
import { _, pgettext } from "../shell/words.ts";
import type { Camera, CameraProblem } from "./camera.ts";

export class CameraDialog {
  readonly root = element("dialog", { class: "settings", "aria-labelledby": "camera-title" });
  readonly #video = element("video", { class: "camera-picture", playsinline: "", muted: "" });
  readonly #told = element("p", { class: "camera-told", role: "status" });
  readonly #light = element(
    "button",
    { type: "button", class: "button quiet" },
    pgettext("torch", "Light"),
  );
  readonly #found: (text: string) => void;
  #camera: Camera | undefined;
  #isLit = false;

  constructor(found: (text: string) => void) {
    this.#found = found;
    const close = element("button", { type: "button", class: "button" }, _("Close"));
    close.addEventListener("click", () => this.root.close());
    this.#light.addEventListener("click", () => {
      this.#isLit = !this.#isLit;
      void this.#camera?.light(this.#isLit);
    });
    this.root.addEventListener("close", () => this.#stop());
    fill(
      this.root,
      element("h2", { id: "camera-title" }, _("Scan by camera")),
      this.#video,
      this.#told,
      element("div", { class: "camera-actions" }, this.#light, close),
    );
  }

  /** Show the camera; what reads codes is loaded now, and not before. */
  async open(): Promise<void> {
    if (this.root.open) return;
    this.root.showModal();
    this.#light.hidden = true;
    this.#told.textContent = _("One moment.");
    try {
      const { Camera } = await import("./camera.ts");
      if (!this.root.open) return;
      this.#camera ??= new Camera(this.#video, {
        found: (text) => this.#read(text),
        problem: (problem) => this.#tell(problem),
      });
      this.#told.textContent = _("Hold the code in front of the camera.");
      await this.#camera.start();
      this.#light.hidden = !this.#camera.hasTorch;
    } catch {
      this.#tell("failed");
    }
  }

  /** One code closes the dialog: the answer stands behind it. */
  #read(text: string): void {
    this.root.close();
    this.#found(text);
  }

  #stop(): void {
    this.#isLit = false;
    this.#camera?.stop();
  }

  #tell(problem: CameraProblem): void {
    this.#told.textContent = problemSentence(problem);
  }
}

function problemSentence(problem: CameraProblem): string {
  switch (problem) {
    case "denied":
      return _(
        "The browser does not allow the camera: allow it beside the address, then try again.",
      );
    case "missing":
      return _("This device has no camera. Use a scanner, or type the number.");
    case "busy":
      return _("Another program has the camera: close it, then try again.");
    case "insecure":
      return _(
        "Browsers give the camera to https pages alone: open the desk at its https address.",
      );
    case "failed":
      return _("The camera does not work here. Use a scanner, or type the number.");
  }
}
