// What happens on the exchange, over the WebSocket of docs/streams.md.
import type { Decimal } from "./numbers";
import { parse } from "./numbers";
import type { Schemas } from "./queries";
import { signInAgain } from "./session";

export type OrderEvent = Schemas["OrderEventShape"];
export type Trade = Schemas["BookTradeShape"];
export type Book = Schemas["BookShape"];
export type Quote = Record<"bid" | "ask" | "bid_size" | "ask_size", Decimal | null> & { at: string };

/** What may be followed: a portfolio's orders, and desks as `book/AAPL`. */
export type Topics = { orders?: number[]; trades?: string[]; quotes?: string[]; depth?: string[] };
export type Told =
  | { channel: "orders"; portfolio_id: number; data: OrderEvent }
  | { channel: "trades"; venue: string; symbol: string; data: Trade }
  | { channel: "quotes"; venue: string; symbol: string; data: Quote }
  | { channel: "depth"; venue: string; symbol: string; data: Book };
export type Liveness = "connecting" | "live" | "lost";

type Refusal = { channel: "error"; code: string; detail: string };
type Message =
  | Told
  | Refusal
  | { channel: "subscribed"; after: Record<string, string | number> }
  | { channel: "heartbeat" };

export type Listener = {
  told: (message: Told) => void;
  /** "live" comes again after each interruption: states such as books may have been missed until then. */
  liveness: (now: Liveness) => void;
};

// A heartbeat comes every 15 seconds: whoever hears nothing for 30 has lost the server without being told.
const SILENCE_MILLISECONDS = 30_000;
const FIRST_WAIT_MILLISECONDS = 500;
const LONGEST_WAIT_MILLISECONDS = 15_000;
const SIGNED_OUT = 4001;

/** Follow topics until the returned function is called: through lost connections, each event once. */
export function follow(topics: Topics, after: Record<string, number>, listener: Listener): () => void {
  const stream = new Stream(topics, { ...after }, listener);
  stream.open();
  return () => stream.end();
}

class Stream {
  private socket: WebSocket | undefined;
  private ended = false;
  private wait = FIRST_WAIT_MILLISECONDS;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly topics: Topics,
    /** The last number of each sequence that was dealt with. */
    private readonly after: Record<string, number>,
    private readonly listener: Listener,
  ) {}

  open(): void {
    this.listener.liveness("connecting");
    const { protocol, host } = location;
    const scheme = protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(`${scheme}//${host}/api/v1/exchange/stream`);
    this.socket = socket;
    socket.onopen = () => this.subscribe(socket);
    socket.onmessage = (event: MessageEvent<string>) => this.heard(event.data);
    socket.onclose = (event) => void this.closed(socket, event.code);
    this.listen();
  }

  end(): void {
    this.ended = true;
    clearTimeout(this.timer);
    const { socket } = this;
    // Closing a socket that is still connecting is an error to a browser.
    if (socket?.readyState === WebSocket.CONNECTING) socket.onopen = () => socket.close();
    else socket?.close();
  }

  private subscribe(socket: WebSocket): void {
    socket.send(JSON.stringify({ action: "subscribe", ...this.topics, after: this.after }));
  }

  private listen(): void {
    clearTimeout(this.timer);
    const { socket } = this;
    // A socket whose other end is gone may take minutes to close: it is over now.
    this.timer = setTimeout(() => {
      socket?.close();
      void this.closed(socket, 0);
    }, SILENCE_MILLISECONDS);
  }

  private heard(text: string): void {
    if (this.ended) return;
    this.listen();
    const message = parse(text) as Message;
    if (message.channel === "heartbeat") return;
    if (message.channel === "error") {
      this.refused(message);
      return;
    }
    if (message.channel === "subscribed") {
      for (const [of, seq] of Object.entries(message.after)) this.after[of] = Number(seq);
      this.wait = FIRST_WAIT_MILLISECONDS;
      this.listener.liveness("live");
      return;
    }
    this.pass(message);
  }

  private pass(message: Told): void {
    if (message.channel === "orders" || message.channel === "trades") {
      const of =
        message.channel === "orders" ? String(message.portfolio_id) : `${message.venue}/${message.symbol}`;
      this.after[of] = message.data.seq;
    }
    this.listener.told(message);
  }

  private refused({ code }: Refusal): void {
    // A database that was put back is behind us: what it has is read anew, and followed from now on.
    if (code === "unknown-sequence") for (const of of Object.keys(this.after)) delete this.after[of];
    this.socket?.close();
  }

  private async closed(socket: WebSocket | undefined, code: number): Promise<void> {
    if (this.ended || socket !== this.socket) return;
    this.socket = undefined;
    clearTimeout(this.timer);
    this.listener.liveness("lost");
    if (code === SIGNED_OUT && !(await signInAgain())) return;
    if (this.ended) return;
    this.timer = setTimeout(() => this.open(), this.wait);
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT_MILLISECONDS);
  }
}
