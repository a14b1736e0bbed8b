/** What a person has chosen on this device: sounds, speech, light or dark. */

export type Theme = "system" | "light" | "dark";

export interface Preferences {
  readonly sounds: boolean;
  readonly speech: boolean;
  readonly theme: Theme;
  /** A sticker is printed for each parcel that is accepted. */
  readonly labels: boolean;
}

/** Where choices are stored: the browser's localStorage, or anything like it. */
export type Storage = Pick<globalThis.Storage, "getItem" | "setItem">;

type Listener = (chosen: Preferences) => void;

export const DEFAULTS: Preferences = {
  sounds: true,
  speech: true,
  theme: "system",
  labels: false,
};

const KEY = "staff-preferences";
const THEMES: readonly unknown[] = ["system", "light", "dark"] satisfies Theme[];

/** Return what is stored; whatever is not a choice of ours is the default. */
export function readPreferences(storage: Storage): Preferences {
  const stored = storedFields(storage);
  return {
    sounds: typeof stored["sounds"] === "boolean" ? stored["sounds"] : DEFAULTS.sounds,
    speech: typeof stored["speech"] === "boolean" ? stored["speech"] : DEFAULTS.speech,
    theme: THEMES.includes(stored["theme"]) ? (stored["theme"] as Theme) : DEFAULTS.theme,
    labels: typeof stored["labels"] === "boolean" ? stored["labels"] : DEFAULTS.labels,
  };
}

/** The choices of this device, and who wants to know when they change. */
export class PreferenceStore {
  readonly #storage: Storage;
  readonly #listeners = new Set<Listener>();
  #chosen: Preferences;

  constructor(storage: Storage) {
    this.#storage = storage;
    this.#chosen = readPreferences(storage);
  }

  get chosen(): Preferences {
    return this.#chosen;
  }

  /** Choose something; it holds until it is chosen anew, on this device alone. */
  choose(change: Partial<Preferences>): void {
    this.#chosen = { ...this.#chosen, ...change };
    try {
      this.#storage.setItem(KEY, JSON.stringify(this.#chosen));
    } catch {
      // A browser that stores nothing keeps the choice until the page is closed.
    }
    for (const listener of this.#listeners) listener(this.#chosen);
  }

  /** Tell a listener now, and at every change. */
  follow(listener: Listener): void {
    this.#listeners.add(listener);
    listener(this.#chosen);
  }
}

function storedFields(storage: Storage): Record<string, unknown> {
  try {
    const stored: unknown = JSON.parse(storage.getItem(KEY) ?? "{}");
    return typeof stored === "object" && stored !== null ? { ...stored } : {};
  } catch {
    return {};
  }
}
