import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { setAsker } from "./session";
import type { Liveness, Told } from "./stream";
import { follow } from "./stream";

class FakeSocket {
  static CONNECTING = 0;
  static all: FakeSocket[] = [];
  readyState = 1;
  sent: unknown[] = [];
  onopen: () => void = () => undefined;
  onmessage: (event: { data: string }) => void = () => undefined;
  onclose: (event: { code: number }) => void = () => undefined;
  constructor(readonly url: string) {
    FakeSocket.all.push(this);
  }
  send(text: string) {
    this.sent.push(JSON.parse(text));
  }
  close() {
    this.onclose({ code: 1000 });
  }
  says(message: object) {
    this.onmessage({ data: JSON.stringify(message) });
  }
}

const heard: Told[] = [];
const states: Liveness[] = [];
let end: () => void;
const socket = (at = -1) => FakeSocket.all.at(at) as FakeSocket;
const event = (seq: number) => ({ channel: "orders", portfolio_id: 12, data: { seq, kind: "accepted" } });

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", FakeSocket);
  FakeSocket.all = [];
  heard.length = states.length = 0;
  end = follow(
    { orders: [12], trades: ["book/AAPL"] },
    { "12": 57 },
    { told: (message) => heard.push(message), liveness: (now) => states.push(now) },
  );
  socket().onopen();
});

afterEach(() => {
  end();
  setAsker(undefined);
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("it asks for what lies behind the number that is known, and is live once that is granted", () => {
  expect(socket().url).toBe("ws://localhost:3000/api/v1/exchange/stream");
  const wish = { action: "subscribe", orders: [12], trades: ["book/AAPL"], after: { "12": 57 } };
  expect(socket().sent).toEqual([wish]);
  expect(states).toEqual(["connecting"]);
  socket().says({ channel: "subscribed", topics: [], after: { "12": 57, "book/AAPL": 3 } });
  expect(states).toEqual(["connecting", "live"]);
});

test("after a lost connection it goes on behind the last message of each sequence, and waits longer each time", () => {
  socket().says({ channel: "subscribed", topics: [], after: { "12": 57, "book/AAPL": 3 } });
  socket().says(event(58));
  socket().onclose({ code: 1006 });
  expect(states.at(-1)).toBe("lost");
  vi.advanceTimersByTime(500);
  expect(FakeSocket.all).toHaveLength(2);
  socket().onopen();
  expect(socket().sent).toMatchObject([{ after: { "12": 58, "book/AAPL": 3 } }]);
  socket().onclose({ code: 1006 });
  vi.advanceTimersByTime(999);
  expect(FakeSocket.all).toHaveLength(2);
  vi.advanceTimersByTime(1);
  expect(FakeSocket.all).toHaveLength(3);
  expect(heard).toHaveLength(1);
});

test("half a minute of silence is a lost connection, a heartbeat is none", () => {
  socket().says({ channel: "subscribed", topics: [], after: {} });
  vi.advanceTimersByTime(20_000);
  socket().says({ channel: "heartbeat" });
  vi.advanceTimersByTime(29_000);
  expect(states.at(-1)).toBe("live");
  vi.advanceTimersByTime(1_000);
  expect(states.at(-1)).toBe("lost");
});

test("numbers that the server does not know are forgotten", () => {
  socket().says({ channel: "error", code: "unknown-sequence", detail: "", errors: [] });
  vi.advanceTimersByTime(500);
  socket().onopen();
  expect(socket().sent).toMatchObject([{ after: {} }]);
});

test("who is signed out is asked to sign in, and only then is it tried again", async () => {
  let signIn: (done: boolean) => void = () => undefined;
  setAsker(() => new Promise((resolve) => (signIn = resolve)));
  socket().onclose({ code: 4001 });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(FakeSocket.all).toHaveLength(1);
  signIn(true);
  await vi.advanceTimersByTimeAsync(500);
  expect(FakeSocket.all).toHaveLength(2);
});

test("what has ended says nothing any more", () => {
  const before = socket();
  end();
  before.says(event(58));
  vi.advanceTimersByTime(60_000);
  expect(heard).toEqual([]);
  expect(FakeSocket.all).toHaveLength(1);
});
