/**
 * A fresh proof: who is signed in proves again that it is them, before something dangerous.
 *
 * What is typed goes to the server and is kept nowhere. A scanner is never read in these fields.
 */

import { type Network, type Result, send } from "../api/client.ts";
import type { ChallengeView } from "../api/openapi.d.ts";
import { element, fill } from "./elements.ts";
import { _ } from "./words.ts";

/** Return whether it is worth asking again: the step was refused for want of a proof alone. */
export function isProofMissing(result: Result<unknown>): boolean {
  return result.kind === "refused" && result.problem.code === "proof_required";
}

/** Take a step; where a proof is missing, ask for one and take the step again. */
export async function withProof<T>(
  network: Network,
  step: () => Promise<Result<T>>,
): Promise<Result<T>> {
  const first = await step();
  if (!isProofMissing(first) || !(await new ProofDialog(network).ask())) return first;
  return step();
}

class ProofDialog {
  readonly #network: Network;
  readonly #root = element("dialog", { class: "settings", "aria-labelledby": "proof-title" });
  readonly #said = element("p", { class: "setting-result", role: "alert" });
  #proved = false;

  constructor(network: Network) {
    this.#network = network;
    fill(
      this.#root,
      element("h2", { id: "proof-title" }, _("Is it you?")),
      element("p", {}, _("This step asks for a proof that the person at the desk is you.")),
      this.#said,
      this.#passkey(),
      this.#form(),
      demoLink(),
      this.#cancel(),
    );
  }

  /** Ask, and return whether the person has proved it. */
  ask(): Promise<boolean> {
    document.body.append(this.#root);
    this.#root.showModal();
    return new Promise((resolve) => {
      this.#root.addEventListener("close", () => {
        this.#root.remove();
        resolve(this.#proved);
      });
    });
  }

  #passkey(): HTMLElement | false {
    if (!("PublicKeyCredential" in globalThis)) return false;
    const button = element(
      "button",
      { type: "button", class: "button wide" },
      _("Confirm with a passkey"),
    );
    button.addEventListener("click", () => void this.#prove(() => this.#signed()));
    return button;
  }

  #form(): HTMLElement {
    const password = secret("proof-password", "password", "current-password");
    const code = secret("proof-code", "text", "one-time-code");
    code.inputMode = "numeric";
    const form = element(
      "form",
      { class: "desk-form" },
      labelled(_("Password"), password),
      labelled(_("Code from the authenticator app"), code),
      element("button", { type: "submit", class: "button" }, _("Confirm")),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const typed = { password: password.value, code: code.value.trim() };
      code.value = "";
      void this.#prove(async () => ({ typed }));
    });
    return form;
  }

  #cancel(): HTMLElement {
    const button = element("button", { class: "button quiet" }, _("Cancel"));
    return element("form", { method: "dialog" }, button);
  }

  async #prove(proof: () => Promise<unknown>): Promise<void> {
    this.#said.textContent = "";
    let body: unknown;
    try {
      body = await proof();
    } catch {
      this.#said.textContent = _("That did not work. Try again.");
      return;
    }
    const result = await this.#send("/staff/proofs", body);
    if (result.kind === "done") {
      this.#proved = true;
      this.#root.close();
    } else this.#said.textContent = saidOf(result);
  }

  async #signed(): Promise<unknown> {
    const asked = await this.#send<ChallengeView>("/staff/proof-challenges", {});
    if (asked.kind !== "done") throw new Error(asked.kind);
    const options = asked.value.public_key as Record<string, unknown>;
    const challenge = decoded(String(options["challenge"]));
    const publicKey = { ...options, challenge, allowCredentials: [] };
    const found = await navigator.credentials.get({
      publicKey: publicKey as PublicKeyCredentialRequestOptions,
    });
    const credential = found as PublicKeyCredential;
    const response = credential.response as AuthenticatorAssertionResponse;
    return {
      passkey: {
        id: credential.id,
        client_data: encoded(response.clientDataJSON),
        authenticator_data: encoded(response.authenticatorData),
        signature: encoded(response.signature),
      },
    };
  }

  #send<T>(path: string, body: unknown): Promise<Result<T>> {
    return send<T>({ method: "POST", path, body, key: crypto.randomUUID() }, this.#network);
  }
}

function saidOf(result: Exclude<Result<unknown>, { kind: "done" }>): string {
  if (result.kind === "refused") return result.problem.detail;
  if (result.kind === "signed_out") return _("You are signed out");
  return _("No connection to the server");
}

/** The demo's people have neither password nor passkey: one click makes a visitor them again. */
function demoLink(): HTMLElement | false {
  if (document.body.dataset["demo"] === undefined) return false;
  const next = encodeURIComponent(location.pathname);
  const href = `/staff/demo?next=${next}`;
  return element("a", { class: "button quiet", href }, _("In the demo: choose the person anew"));
}

function secret(id: string, type: string, autocomplete: string): HTMLInputElement {
  return element("input", { id, type, autocomplete, required: true, spellcheck: "false" });
}

function labelled(label: string, input: HTMLInputElement): HTMLElement {
  return element("div", { class: "desk-field" }, element("label", { for: input.id }, label), input);
}

function encoded(bytes: ArrayBuffer): string {
  const plain = btoa(String.fromCharCode(...new Uint8Array(bytes)));
  return plain.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function decoded(text: string): Uint8Array {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
}
