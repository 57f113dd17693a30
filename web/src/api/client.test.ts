import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { api, ask } from "./client";
import { OfflineError, ProblemError, StrangeAnswerError } from "./problems";
import { setAsker } from "./session";

type Sent = { url: string; init: RequestInit };
let sent: Sent[];

/** Stands for the network: gives these answers in turn. */
function answers(...list: (Response | Error)[]): void {
  sent = [];
  vi.stubGlobal("fetch", (url: string, init: RequestInit) => {
    sent.push({ url, init });
    const next = list.shift();
    return next instanceof Response ? Promise.resolve(next) : Promise.reject(next ?? new Error("no more"));
  });
}

const json = (body: unknown, init: ResponseInit = {}) => new Response(JSON.stringify(body), init);
const problem = (status: number, code: string, extra: object = {}) =>
  json(
    { type: "", title: "", status, detail: "In words.", instance: "", code, request_id: "r1", ...extra },
    { status, headers: { "Content-Type": "application/problem+json", "Retry-After": "3" } },
  );
const header = (index: number, name: string) => new Headers(sent[index]?.init.headers).get(name);

beforeEach(() => setAsker(undefined));
afterEach(() => vi.unstubAllGlobals());

test("a path and a query are written, and what is undefined is left out", async () => {
  answers(json({ key_id: "a" }), json({ items: [] }));
  await api.delete("/api/v1/api-keys/{key_id}", { path: { key_id: "a/b ?" } });
  await api.get("/api/v1/portfolios", { query: { page: 2, items_per_page: undefined as never } });
  expect(sent.map(({ url }) => url)).toEqual(["/api/v1/api-keys/a%2Fb%20%3F", "/api/v1/portfolios?page=2"]);
});

test("a change names its attempt, a read does not, and a caller's own name is kept", async () => {
  answers(json({}), json({}), json({}));
  await api.post("/api/v1/portfolios", { body: { name: "A" } });
  await api.get("/api/v1/auth/me");
  await api.post("/api/v1/portfolios", { body: { name: "A" }, attempt: "mine" });
  expect(header(0, "Idempotency-Key")).toMatch(/^[0-9a-f]{32}$/);
  expect([header(1, "Idempotency-Key"), header(2, "Idempotency-Key")]).toEqual([null, "mine"]);
});

test("a refusal is thrown with its words, code and pointers", async () => {
  answers(problem(422, "invalid-value", { errors: [{ pointer: "/name", detail: "Too long." }] }));
  const refused = api.post("/api/v1/portfolios", { body: { name: "A" } }).catch((error: unknown) => error);
  const error = (await refused) as ProblemError;
  expect(error).toBeInstanceOf(ProblemError);
  expect([error.message, error.code, error.at("/name"), error.at("/other"), error.retryAfterSeconds]).toEqual(
    ["In words.", "invalid-value", "Too long.", undefined, 3],
  );
});

test("no answer is a lost network, and an answer of somebody else's is said to be strange", async () => {
  answers(new TypeError("Failed to fetch"), new Response("<html>", { status: 502 }));
  await expect(api.get("/api/v1/auth/me")).rejects.toBeInstanceOf(OfflineError);
  await expect(api.get("/api/v1/auth/me")).rejects.toBeInstanceOf(StrangeAnswerError);
});

test("who signs in again goes on with the very same attempt, and one dialog serves all", async () => {
  const asked = vi.fn(() => Promise.resolve(true));
  setAsker(asked);
  answers(problem(401, "unauthenticated"), problem(401, "unauthenticated"), json({ id: 1 }), json({ id: 2 }));
  await Promise.all([
    api.post("/api/v1/portfolios", { body: { name: "A" } }),
    api.post("/api/v1/portfolios", { body: { name: "B" } }),
  ]);
  expect(asked).toHaveBeenCalledOnce();
  expect(header(2, "Idempotency-Key")).toBe(header(0, "Idempotency-Key"));
  expect(sent[2]?.init.body).toBe(sent[0]?.init.body);
});

test("a wrong password is no session that ended", async () => {
  const asked = vi.fn(() => Promise.resolve(true));
  setAsker(asked);
  answers(problem(401, "invalid-credentials"));
  await expect(api.post("/api/v1/auth/login", { body: { email: "a", password: "b" } })).rejects.toThrow(
    "In words.",
  );
  expect(asked).not.toHaveBeenCalled();
});

test("an answer says its version and where the list goes on", async () => {
  answers(json([1.5], { headers: { ETag: '"3"', Link: '</api/v1/orders?cursor=x>; rel="next"' } }));
  const answer = await ask("get", "/api/v1/orders");
  expect(answer).toEqual({ data: ["1.5"], etag: '"3"', next: "/api/v1/orders?cursor=x" });
});
