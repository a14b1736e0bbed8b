/** The gallery: every state of the answer panel, for people who work on it. */

import { SAMPLES } from "./gallery/samples.ts";
import { handoverSamples, workSamples } from "./gallery/work_samples.ts";
import { answerBody } from "./shell/answer_panel.ts";
import { element } from "./shell/elements.ts";
import { SettingsDialog } from "./shell/settings_dialog.ts";
import { type Shell, start } from "./shell/start.ts";
import { _ } from "./shell/words.ts";

function open({ root, place, preferences }: Shell): void {
  const settings = new SettingsDialog(preferences);
  const button = element("button", { type: "button", class: "button quiet" }, _("Settings"));
  button.addEventListener("click", () => settings.open());
  const samples = [...SAMPLES(), ...handoverSamples(), ...workSamples()];
  const answers = samples.map((answer) =>
    element("section", { class: "answer", "data-tone": answer.tone }, ...answerBody(answer)),
  );
  root.replaceChildren(
    element(
      "main",
      { class: "gallery" },
      element("header", { class: "gallery-head" }, element("h1", {}, place.title), button),
      ...answers,
    ),
    settings.root,
  );
}

void start(open);
