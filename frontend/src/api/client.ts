/**
 * The API client: one request of the person who is signed in, with everything that a network does
 * to it turned into a result. It throws nothing.
 */

import { spokenLanguage } from "../shell/words.ts";
import type { Problem } from "./openapi.d.ts";

/** Proves to the server that a page of its own asks: no form of another site can send a header. */
const OWN_PAGE = { "x-gotovo-client": "desk" } as const;

/** A clerk has stopped believing in an answer by then; a retry follows. */
const TIMEOUT_MS = 8_000;

/** A photo over the mobile network of a point's tablet. */
const UPLOAD_TIMEOUT_MS = 45_000;

/** Pauses before a read is repeated, in milliseconds; a queue repeats commands on its own. */
const READ_PAUSES_MS: readonly number[] = [300, 900];

/** A gateway, or a program that starts again: a moment later the answer may be another. */
const PASSING: readonly number[] = [502, 503, 504];

/**
 * What became of a request. `refused`: the server decided, and `problem` says why. `unreachable`:
 * nobody knows whether it arrived, so a command has to be repeated with the same id.
 */
export type Result<T> =
  | { readonly kind: "done"; readonly value: T; readonly status: number }
  | { readonly kind: "refused"; readonly problem: Problem }
  | { readonly kind: "signed_out" }
  | { readonly kind: "unreachable" };

export interface ApiRequest {
  readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  /** Below `/api/v1`, as "/orders/522394187207". */
  readonly path: string;
  readonly body?: unknown;
  /** The id of a command, made on this device; a repeat with the same id gets the same answer. */
  readonly key?: string;
}

/** What the client needs of the browser; tests give their own. */
export interface Network {
  readonly fetch: typeof globalThis.fetch;
  readonly pause: (milliseconds: number) => Promise<void>;
}

const BROWSER: Network = {
  fetch: (input, init) => globalThis.fetch(input, init),
  pause: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

/** Read something; what passes by itself is tried again. */
export async function read<T>(path: string, network: Network = BROWSER): Promise<Result<T>> {
  let result = await send<T>({ method: "GET", path }, network);
  for (const pause of READ_PAUSES_MS) {
    if (result.kind !== "unreachable") break;
    await network.pause(pause);
    result = await send<T>({ method: "GET", path }, network);
  }
  return result;
}

/** Send one request once. */
export function send<T>(request: ApiRequest, network: Network = BROWSER): Promise<Result<T>> {
  return exchange<T>(request.path, options(request), network);
}

/** Send a file once, as the body; what it is, the server finds out from its bytes. */
export function upload<T>(
  path: string,
  file: Blob,
  key: string,
  network: Network = BROWSER,
): Promise<Result<T>> {
  const given = options({ method: "POST", path, key });
  const headers = { ...(given.headers as Record<string, string>), "content-type": file.type };
  const signal = AbortSignal.timeout(UPLOAD_TIMEOUT_MS);
  return exchange<T>(path, { ...given, headers, signal, body: file }, network);
}

async function exchange<T>(path: string, init: RequestInit, network: Network): Promise<Result<T>> {
  let response: Response;
  let text: string;
  try {
    response = await network.fetch(`/api/v1${path}`, init);
    text = await response.text();
  } catch {
    return { kind: "unreachable" };
  }
  if (response.ok) {
    const value = parsed(text);
    return value === undefined && text !== ""
      ? { kind: "unreachable" }
      : { kind: "done", value: value as T, status: response.status };
  }
  const problem = parsed(text);
  if (response.status === 401) return { kind: "signed_out" };
  if (!isProblem(problem)) return { kind: "unreachable" };
  return PASSING.includes(response.status) ? { kind: "unreachable" } : { kind: "refused", problem };
}

/** Read something that is no JSON, to be saved as a file; undefined where that fails. */
export async function download(path: string, network = BROWSER): Promise<Blob | undefined> {
  try {
    const response = await network.fetch(`/api/v1${path}`, options({ method: "GET", path }));
    return response.ok ? await response.blob() : undefined;
  } catch {
    return undefined;
  }
}

function options({ method, body, key }: ApiRequest): RequestInit {
  const headers: Record<string, string> = {
    ...OWN_PAGE,
    accept: "application/json, application/problem+json",
    "accept-language": spokenLanguage(),
  };
  if (body !== undefined) headers["content-type"] = "application/json";
  if (key !== undefined) headers["idempotency-key"] = key;
  return {
    method,
    headers,
    credentials: "same-origin",
    cache: "no-store",
    redirect: "error",
    signal: AbortSignal.timeout(TIMEOUT_MS),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A page of a proxy in between is no problem of ours. */
function isProblem(value: unknown): value is Problem {
  return (
    typeof value === "object" &&
    value !== null &&
    "code" in value &&
    "title" in value &&
    "detail" in value
  );
}
