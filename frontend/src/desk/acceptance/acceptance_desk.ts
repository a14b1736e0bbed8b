/** The screens of accepting and shelving, and the way from one to the next. */

import { command, type Submitter } from "../../api/commands.ts";
import { failureAnswer } from "../../api/failures.ts";
import type { AcceptanceView } from "../../api/openapi.d.ts";
import type { Answer } from "../../shell/answer.ts";
import type { Screen } from "../../shell/frame.ts";
import type { Route } from "../../shell/router.ts";
import { _ } from "../../shell/words.ts";
import type { Task } from "../home.ts";
import type { LabelPrinter } from "../labels/parcel_label.ts";
import { AcceptanceWork } from "./acceptance_work.ts";
import { choiceScreen, choicesBody } from "./choice_screen.ts";
import { closingScreen, reportScreen } from "./closing_screens.ts";
import { unansweredAnswer } from "./outcomes.ts";
import type { Mode } from "./reading.ts";
import { remarkScreen } from "./remark_screens.ts";
import { acceptancesPath, readChoices } from "./resources.ts";
import { workScreen } from "./work_screen.ts";

/** What these screens need of the application. */
export interface DeskParts {
  readonly point: string | undefined;
  readonly submitter: Submitter;
  readonly open: (screen: Screen) => void;
  readonly show: (answer: Answer) => void;
  readonly go: (path: string) => void;
  readonly printer: LabelPrinter;
}

const BASE = "/acceptance";

/** The tile of the first screen. */
export function acceptanceTask(): Task {
  return {
    code: "F2",
    title: _("Accept and shelve"),
    about: _("What the van brings, and where it goes"),
    path: BASE,
  };
}

export class AcceptanceDesk {
  readonly #parts: DeskParts;
  readonly #point: string;
  /** Each acceptance of this page, so that several stay open side by side. */
  readonly #works = new Map<string, AcceptanceWork>();
  #current: { readonly work: AcceptanceWork; readonly changed: () => void } | undefined;
  #opening: Promise<void> | undefined;

  constructor(parts: DeskParts) {
    this.#parts = parts;
    this.#point = parts.point ?? "";
  }

  routes(): Route<() => Screen>[] {
    const of = (make: (id: string) => Screen) => {
      return ({ id = "" }: Readonly<Record<string, string>>) =>
        () =>
          make(id);
    };
    return [
      { path: BASE, screen: () => () => this.#choice() },
      { path: `${BASE}/{id}`, screen: of((id) => this.#work(id, "accept")) },
      { path: "/shelving/{id}", screen: of((id) => this.#work(id, "shelve")) },
      { path: "/acceptance-closing/{id}", screen: of((id) => this.#closing(id)) },
      { path: "/acceptance-report/{id}", screen: of((id) => this.#report(id)) },
    ];
  }

  #choice(): Screen {
    this.#current = undefined;
    const { screen, list } = choiceScreen({
      loose: () => void this.#begin({}),
      scanned: (code, scan) => {
        if (scan.code.kind !== "manifest") return this.#parts.show(manifestWanted());
        return this.#begin({ manifest: code });
      },
    });
    void this.#list(list);
    return screen;
  }

  async #list(list: HTMLElement): Promise<void> {
    const found = await readChoices(this.#point);
    if (found.kind !== "done") {
      this.#parts.show(failureAnswer(found));
      return;
    }
    list.replaceChildren(
      ...choicesBody(found.value, {
        go: (id) => this.#parts.go(`${BASE}/${id}`),
        begin: (manifest) => void this.#begin({ manifest }),
      }),
    );
  }

  /** Open an acceptance, once however often it is asked for; a manifest's own is gone on with. */
  #begin(body: { readonly manifest?: string }): Promise<void> {
    this.#opening ??= this.#open(body).finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #open(body: { readonly manifest?: string }): Promise<void> {
    const outcome = await this.#parts.submitter.submit(command(acceptancesPath(this.#point), body));
    if (outcome.kind === "done") {
      this.#parts.go(`${BASE}/${(outcome.value as AcceptanceView).id}`);
    } else {
      this.#parts.show(unansweredAnswer(outcome));
    }
  }

  #of(id: string): AcceptanceWork {
    const known = this.#works.get(id);
    if (known) return known;
    const work: AcceptanceWork = new AcceptanceWork(this.#point, id, {
      submitter: this.#parts.submitter,
      show: (answer) => {
        // What another acceptance has come to late is not the answer to this one.
        if (this.#current?.work === work) this.#parts.show(answer);
      },
      changed: () => {
        if (this.#current?.work === work) this.#current.changed();
      },
      manifest: (code) => void this.#begin({ manifest: code }),
      label: (label) => this.#parts.printer.taken(label),
    });
    this.#works.set(id, work);
    return work;
  }

  #work(id: string, mode: Mode): Screen {
    const work = this.#of(id);
    const path = `${BASE}/${id}`;
    const { screen, changed } = workScreen(work, mode, {
      switchMode: () => this.#parts.go(mode === "accept" ? `/shelving/${id}` : path),
      remark: () => this.#remark(work, mode === "accept" ? path : `/shelving/${id}`),
      close: () => this.#parts.go(`/acceptance-closing/${id}`),
      list: () => this.#parts.go(BASE),
      printAgain: () => {
        if (!this.#parts.printer.again()) this.#parts.show(nothingPrinted());
      },
    });
    this.#current = { work, changed };
    void work.load().then(() => {
      const isOpen = this.#current?.changed === changed;
      if (isOpen && work.report?.closed_at) this.#parts.go(`/acceptance-report/${id}`);
    });
    return screen;
  }

  #remark(work: AcceptanceWork, path: string): void {
    const { open, show, go } = this.#parts;
    open(remarkScreen({ work, open, show, back: () => go(path) }));
  }

  #closing(id: string): Screen {
    const work = this.#of(id);
    const path = `${BASE}/${id}`;
    const { screen, changed } = closingScreen(work, {
      back: () => this.#parts.go(path),
      closed: () => this.#parts.go(`/acceptance-report/${id}`),
    });
    this.#current = { work, changed };
    void work.load();
    return screen;
  }

  #report(id: string): Screen {
    const work = this.#of(id);
    const { screen, changed } = reportScreen(work, {
      list: () => this.#parts.go(BASE),
      show: this.#parts.show,
    });
    this.#current = { work, changed };
    void work.load();
    return screen;
  }
}

function nothingPrinted(): Answer {
  return {
    tone: "error",
    title: _("There is no sticker yet"),
    next: _("Accept a parcel first: its sticker can be printed again afterwards."),
  };
}

function manifestWanted(): Answer {
  return {
    tone: "error",
    title: _("Open an acceptance first"),
    next: _("Scan the manifest of the van, choose one, or open a loose one (F3)."),
  };
}
