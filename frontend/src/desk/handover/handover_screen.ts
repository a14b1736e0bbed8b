/** The screen of the hand-over: who is here, what to bring, tick off, and confirm. */

import { failureAnswer } from "../../api/failures.ts";
import { recognise } from "../../codes/forms.ts";
import type { Scan } from "../../scanner/scanner.ts";
import type { Answer } from "../../shell/answer.ts";
import { element, fill } from "../../shell/elements.ts";
import type { Screen } from "../../shell/frame.ts";
import { _ } from "../../shell/words.ts";
import type { DeskServices } from "../desk_services.ts";
import { forgottenAnswer, handoverAnswer, queuedAnswer, tickAnswer } from "./answers.ts";
import type { DeskVisits } from "./desk_visits.ts";
import { action } from "./fields.ts";
import { added, isComplete, NOTHING, requestOf, type VisitRequest } from "./identification.ts";
import { type IdentifyForm, identifyForm, type WithoutCode } from "./identify_form.ts";
import { counts, type Handover, openOrders, stageOf, ticked, waitingOrders } from "./model.ts";
import { orderCard, waitingCard } from "./order_card.ts";
import { openWithoutCode } from "./without_code.ts";

/** On the sheet of codes that lies at the desk: as good as the key. */
const DONE = "GOTOVO-DONE";

/** A scanner may send Enter twice, or its next code at once: neither confirms anything. */
const ENTER_AFTER_MS = 1_000;

const POLL_MS = 5_000;

export class HandoverScreen {
  readonly #services: DeskServices;
  readonly #visits: DeskVisits;
  readonly #answer: (answer: Answer) => void;
  readonly #root = element("div", { class: "handover" });
  #shown = NOTHING;
  #form: IdentifyForm | undefined;
  #scannedAt = Number.NEGATIVE_INFINITY;
  #turn = 0;

  constructor(services: DeskServices, visits: DeskVisits, answer: (answer: Answer) => void) {
    this.#services = services;
    this.#visits = visits;
    this.#answer = answer;
    visits.follow({
      changed: () => this.#render(),
      answer: (given) => this.#root.isConnected && answer(given),
    });
    setInterval(() => this.#root.isConnected && void visits.refresh(), POLL_MS);
    document.addEventListener("keydown", (event) => this.#pressed(event));
  }

  /** Open it; a code that was scanned before, as on the first screen, is taken at once. */
  screen(code = ""): Screen {
    this.#shown = NOTHING;
    this.#render();
    void this.#visits.refresh();
    if (code) queueMicrotask(() => void this.scanned(code));
    return {
      title: _("Hand over"),
      body: [this.#root],
      shortcuts: [
        { code: "F2", label: _("Hand over"), run: () => void this.#confirm() },
        { code: "F3", label: _("Next buyer"), run: () => this.#next() },
        { code: "F8", label: _("Payment"), run: () => this.#focusPayment() },
      ],
      scanned: (text: string, scan: Scan) => this.scanned(text, scan),
      waiting: waitingAnswer(),
    };
  }

  /** A code while the screen is open. */
  async scanned(text: string, scan?: Scan): Promise<void> {
    this.#scannedAt = performance.now();
    const code = scan?.code ?? recognise(text);
    const current = this.#visits.current;
    if (text.trim().toUpperCase() === DONE) return this.#confirm();
    if (/^[1-9]$/.test(text.trim())) return this.#choose(Number(text) - 1);
    if (code.kind === "pickup_qr") return this.#identify({ qr: code.value });
    const isParcel = code.kind === "parcel" || code.kind === "order";
    if (isParcel && current !== undefined) return this.#tick(current, code.value);
    this.#shown = added(this.#shown, code) ?? NOTHING;
    if (isComplete(this.#shown)) return this.#identify(requestOf(this.#shown));
    this.#ask(text);
  }

  #tick(current: Handover, code: string): void {
    if (current.sent !== null) {
      this.#answer(queuedAnswer());
      return;
    }
    const tick = ticked(current, code);
    if (tick.kind === "ticked") {
      this.#visits.change(tick.handover);
      this.#answer(handoverAnswer(tick.handover));
      return;
    }
    const other = tick.kind === "other" ? this.#visits.placeOf(code) : undefined;
    this.#answer(other === undefined ? tickAnswer(tick, code) : otherHandover(other));
  }

  async #identify(request: VisitRequest | undefined): Promise<void> {
    if (request === undefined) return this.#ask("");
    this.#answer({ tone: "busy", title: _("Who is it?"), next: _("One moment.") });
    this.#turn += 1;
    this.#shown = NOTHING;
    this.#told(await this.#visits.identify(request));
  }

  async #withoutCode(given: WithoutCode): Promise<void> {
    const number = recognise(given.number).number;
    if (!number) return this.#ask(given.number);
    this.#turn += 1;
    const turn = this.#turn;
    const isWaiting = (): boolean => turn === this.#turn && this.#root.isConnected;
    const wanted = { ...given, number };
    this.#told(
      await openWithoutCode(this.#services, this.#visits, wanted, this.#answer, isWaiting),
    );
  }

  #told(result: Awaited<ReturnType<DeskVisits["identify"]>>): void {
    const { current } = this.#visits;
    if (result.kind !== "done") this.#answer(failureAnswer(result));
    else if (result.value !== null && current !== undefined) this.#answer(handoverAnswer(current));
  }

  /** Somebody is half identified: what is known stands in the form, and what is missing is said. */
  #ask(text: string): void {
    this.#form?.show(this.#shown);
    const { number, phone, code } = this.#shown;
    if (number || phone) this.#answer(codeWanted(number || phone));
    else if (code) this.#answer(numberWanted());
    else this.#answer(notForHandover(text));
  }

  async #confirm(): Promise<void> {
    const { current } = this.#visits;
    if (current === undefined) return this.#answer(waitingAnswer());
    if (stageOf(current) === "ready") return this.#visits.complete(current);
    this.#answer(current.sent === null ? forgottenAnswer(current) : queuedAnswer());
  }

  async #stop(): Promise<void> {
    const { current } = this.#visits;
    if (current === undefined) return this.#answer(waitingAnswer());
    if (current.sent === null) await this.#visits.stop(current);
  }

  #next(): void {
    this.#shown = NOTHING;
    this.#turn += 1;
    this.#visits.choose(undefined);
    this.#answer(waitingAnswer());
  }

  #choose(index: number): void {
    this.#visits.choose(index);
    const { current } = this.#visits;
    this.#answer(
      current === undefined ? notForHandover(String(index + 1)) : handoverAnswer(current),
    );
  }

  #focusPayment(): void {
    this.#root.querySelector<HTMLInputElement>("[data-slip]")?.focus();
  }

  /** Enter on nothing confirms what is ready; the Enter of a scan never does. */
  #pressed(event: KeyboardEvent): void {
    const { current } = this.#visits;
    if (event.key !== "Enter" || event.repeat || event.defaultPrevented) return;
    if (!this.#root.isConnected || document.querySelector("dialog[open]") !== null) return;
    if (current === undefined || stageOf(current) !== "ready" || !isIdle(event.target)) return;
    if (performance.now() - this.#scannedAt < ENTER_AFTER_MS) return;
    event.preventDefault();
    void this.#confirm();
  }

  #render(): void {
    const focused = document.activeElement?.getAttribute("data-parcel");
    const { current, all } = this.#visits;
    this.#form = current === undefined ? this.#identifyForm() : undefined;
    const shown = current === undefined ? this.#form?.root : this.#details(current);
    fill(this.#root, all.length > 0 && this.#list(all, current), shown);
    if (focused) this.#root.querySelector<HTMLElement>(`[data-parcel="${focused}"]`)?.focus();
  }

  #identifyForm(): IdentifyForm {
    return identifyForm(
      (who, code) => {
        const known = added(NOTHING, recognise(who)) ?? NOTHING;
        this.#shown = { ...known, code: recognise(code).value };
        void this.#identify(requestOf(this.#shown));
      },
      (given) => void this.#withoutCode(given),
    );
  }

  #list(all: readonly Handover[], current: Handover | undefined): HTMLElement {
    const items = all.map((each, index) => {
      const { done, all: of } = counts(each);
      const name = each.visit.buyer.name_masked ?? each.visit.buyer.phone_last4 ?? "";
      const label = `${name} · ${_("{done} of {all} parcels", { done, all: of })}`;
      const button = element(
        "button",
        {
          type: "button",
          class: "open-handover",
          "aria-current": each.visit.id === current?.visit.id && "true",
        },
        element("kbd", {}, String(index + 1)),
        element("span", {}, label),
      );
      button.addEventListener("click", () => this.#choose(index));
      return element("li", {}, button);
    });
    return element("ul", { class: "open-handovers", "aria-label": _("Open hand-overs") }, ...items);
  }

  #details(current: Handover): HTMLElement {
    const change = (handover: Handover): void => {
      this.#scannedAt = performance.now();
      this.#visits.change(handover);
      this.#answer(handoverAnswer(handover));
    };
    const stage = stageOf(current);
    const confirm = action(
      stage === "sent" ? _("Being sent") : _("Hand over"),
      () => void this.#confirm(),
      stage === "ready" ? "button wide" : "button wide quiet",
    );
    confirm.disabled = stage === "sent";
    return element(
      "div",
      { class: "handover-orders", "data-stage": stage },
      confirm,
      ...openOrders(current).map((order) => orderCard(current, order, change)),
      ...waitingOrders(current).map(waitingCard),
      action(_("Put everything back"), () => void this.#stop(), "button danger-quiet quiet"),
    );
  }
}

/** Whether a key belongs to nothing: an empty field for codes, or the page itself. */
function isIdle(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return target.id === "code" && target.value === "";
  return target === document.body || (target instanceof HTMLElement && target.tabIndex < 0);
}

function waitingAnswer(): Answer {
  return {
    tone: "waiting",
    title: _("Who is next?"),
    detail: _("All orders of the buyer open at once, with every cell."),
    next: _("Scan the buyer's QR, or type the number or the end of the phone, then the code."),
  };
}

function codeWanted(known: string): Answer {
  return {
    tone: "attention",
    title: _("Now the code"),
    detail: known,
    next: _("Ask the buyer for the six digits and type them."),
  };
}

function numberWanted(): Answer {
  return {
    tone: "attention",
    title: _("A code alone finds nobody"),
    detail: _("Different orders can have the same code."),
    next: _("Type the order number or the last four digits of the phone as well."),
  };
}

function notForHandover(text: string): Answer {
  return {
    tone: "error",
    title: _("This identifies nobody"),
    detail: _("What was read: {code}", { code: text.slice(0, 40) }),
    next: _("Scan the buyer's QR, or type the number or the end of the phone, then the code."),
  };
}

function otherHandover(index: number): Answer {
  return {
    tone: "error",
    title: _("Another buyer's parcel"),
    detail: _("It belongs to open hand-over {number}.", { number: index + 1 }),
    next: _("Put it to that buyer's goods: type {number} to open that hand-over.", {
      number: index + 1,
    }),
  };
}
