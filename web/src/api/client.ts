import type { Arguments, Common, Data, Method, Path } from "./operations";
import { parse } from "./numbers";
import { OfflineError, problemOf, ProblemError, StrangeAnswerError } from "./problems";
import { signInAgain } from "./session";

/** An answer with what its headers say: the version, and where the list goes on. */
export type Answer<T> = { data: T; etag: string | null; next: string | null };
type Loose = Common & { path?: object; query?: object; body?: unknown };

/** Names an attempt. crypto.randomUUID is missing where the page came over plain HTTP, as on a home network. */
export function newAttempt(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}

function address(template: string, { path = {}, query = {} }: Loose): string {
  const values = new Map<string, unknown>(Object.entries(path));
  const place = template.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(values.get(name))),
  );
  const asked = new URLSearchParams();
  for (const [name, value] of Object.entries(query) as [string, unknown][]) {
    if (value !== undefined && value !== null) asked.append(name, String(value));
  }
  return asked.size === 0 ? place : `${place}?${asked}`;
}

async function send(method: Method, url: string, request: Loose): Promise<Response> {
  const headers = new Headers({ Accept: "application/json" });
  const { body, ifMatch, signal } = request;
  if (ifMatch !== undefined) headers.set("If-Match", ifMatch);
  if (request.attempt !== undefined) headers.set("Idempotency-Key", request.attempt);
  if (body instanceof Blob) headers.set("Content-Type", "text/csv");
  else if (body !== undefined) headers.set("Content-Type", "application/json");
  const written = body === undefined || body instanceof Blob ? body : JSON.stringify(body);
  try {
    return await fetch(url, {
      method: method.toUpperCase(),
      headers,
      body: written ?? null,
      signal: signal ?? null,
    });
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw new OfflineError("", { cause: error });
  }
}

const ended = (error: Error) =>
  error instanceof ProblemError && ["unauthenticated", "invalid-token"].includes(error.code);

/** Ask any address of the API, also one that a Link header gave. */
export async function ask<T>(method: Method, url: string, request: Loose = {}): Promise<Answer<T>> {
  // Signing in has no session to hang an attempt on.
  const named = method === "get" || url.startsWith("/api/v1/auth/") ? {} : { attempt: newAttempt() };
  for (;;) {
    const response = await send(method, url, { ...named, ...request });
    if (response.ok) return await answerOf<T>(response);
    const problem = await problemOf(response);
    // Who signs in again goes on where they were: the same attempt is sent once more.
    if (!ended(problem) || !(await signInAgain())) throw problem;
  }
}

async function answerOf<T>(response: Response): Promise<Answer<T>> {
  const text = await response.text();
  return {
    data: (text === "" ? undefined : parsed(text, response.status)) as T,
    etag: response.headers.get("ETag"),
    next: /<([^>]+)>; rel="next"/.exec(response.headers.get("Link") ?? "")?.[1] ?? null,
  };
}

function parsed(text: string, status: number): unknown {
  try {
    return parse(text);
  } catch {
    throw new StrangeAnswerError(status);
  }
}

function caller<M extends Method>(method: M) {
  return async <P extends Path<M>>(path: P, ...[request]: Arguments<M, P>): Promise<Data<M, P>> =>
    (await ask<Data<M, P>>(method, address(path, request ?? {}), request)).data;
}

export const api = {
  get: caller("get"),
  post: caller("post"),
  put: caller("put"),
  patch: caller("patch"),
  delete: caller("delete"),
  /** A read whose ETag or next page is needed too. */
  read: async <P extends Path<"get">>(path: P, ...[request]: Arguments<"get", P>) =>
    ask<Data<"get", P>>("get", address(path, request ?? {}), request),
};
