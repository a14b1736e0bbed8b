/** How every application of staff starts: words, choices of the device, then its own page. */

import { showTimesIn } from "./formats.ts";
import { type Place, readPlace } from "./place.ts";
import { PreferenceStore } from "./preferences.ts";
import { loadVoices } from "./speech.ts";
import { type Catalogue, type Language, speak } from "./words.ts";

/** What an application gets to build its page from. */
export interface Shell {
  readonly place: Place;
  readonly preferences: PreferenceStore;
  readonly root: HTMLElement;
}

/** Start an application once its words are there; without them it speaks English. */
export async function start(open: (shell: Shell) => void): Promise<void> {
  const { body, documentElement } = document;
  const preferences = new PreferenceStore(localStorage);
  preferences.follow(({ theme }) => {
    if (theme === "system") delete documentElement.dataset["theme"];
    else documentElement.dataset["theme"] = theme;
  });
  const place = readPlace(body);
  showTimesIn(place.zone);
  speak(languageOf(documentElement.lang), await catalogue(body.dataset["words"]));
  loadVoices();
  open({ place, preferences, root: body });
}

function languageOf(written: string): Language {
  return written === "ru" ? "ru" : "en";
}

async function catalogue(address: string | undefined): Promise<Catalogue> {
  if (address === undefined) return {};
  try {
    const response = await fetch(address);
    return response.ok ? ((await response.json()) as Catalogue) : {};
  } catch {
    return {};
  }
}
