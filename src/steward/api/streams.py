"""Streams over HTTP: server-sent events of one account, and a WebSocket for everything."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Annotated, Any, Final, Literal

from annotated_types import Ge, Le, MaxLen
from pydantic import Field, TypeAdapter, ValidationError
from starlette.types import Receive, Send

from steward.api import json
from steward.api.call import Call
from steward.api.json import quoted
from steward.api.operations import Operations, invalid_input
from steward.api.paths import PREFIX
from steward.api.problems import Answer, HttpRefusal, InvalidInput
from steward.api.sockets import SWITCHED, Socket, declared
from steward.api.values import BIGGEST_ID, Body, PortfolioId, Sequence
from steward.domain.errors import InvalidValue, Refusal
from steward.domain.portfolios import PortfolioNotFound
from steward.domain.terms import BOOK_VENUE, PAPER_VENUE
from steward.domain.text import checked_symbol
from steward.usecases.streams_messages import HEARTBEAT, Channel, Closing, Message, Topic
from steward.usecases.streams_readers import Reader
from steward.usecases.values import DeskKey

operations = Operations("streams")

MESSAGE_MAXIMUM: Final = 16 * 1024
"""Bytes of one message of a client; a longer one ends the stream with 1009."""
TOPICS_MAXIMUM: Final = 200
STRIKES: Final = 5
CODES: Final = {
    Closing.SLOW_READER: 4008,
    Closing.SIGNED_OUT: 4001,
    Closing.BAD_MESSAGES: 1008,
    Closing.STOPPING: 1001,
}
"""With which code a WebSocket is closed; the reason is the word itself."""

_PATH = "/exchange/stream"
_VENUES = (BOOK_VENUE, PAPER_VENUE)
_HEADERS = (
    (b"content-type", b"text/event-stream"),
    (b"connection", b"close"),
    # A proxy that gathers an answer before it passes it on would never pass this one.
    (b"x-accel-buffering", b"no"),
)
_SEQUENCE: TypeAdapter[int] = TypeAdapter(Sequence)
_Names = Annotated[list[str], MaxLen(TOPICS_MAXIMUM)]


class TooManyTopics(InvalidValue):
    """A stream follows no more than so many topics."""

    code = "too-many-topics"

    def __init__(self, count: int) -> None:
        super().__init__(f"A stream follows at most {TOPICS_MAXIMUM} topics, and this would make {count}.")


class Wish(Body):
    """What a client says over the WebSocket. `after` is by portfolio id, or by venue and symbol."""

    action: Literal["subscribe", "unsubscribe"]
    orders: Annotated[list[Annotated[int, Ge(1), Le(BIGGEST_ID)]], MaxLen(TOPICS_MAXIMUM)] = Field(
        default_factory=list
    )
    trades: _Names = Field(default_factory=list)
    quotes: _Names = Field(default_factory=list)
    depth: _Names = Field(default_factory=list)
    after: dict[str, Annotated[int, Ge(0), Le(BIGGEST_ID)]] = Field(default_factory=dict)

    def topics(self) -> dict[Topic, int | None]:
        """Give the topics, each with the number that the client has. Raises InvalidValue."""
        found = [Topic(Channel.ORDERS, one) for one in self.orders]
        for channel in (Channel.TRADES, Channel.QUOTES, Channel.DEPTH):
            found += [Topic(channel, _key(one, f"/{channel}")) for one in getattr(self, channel)]
        left = dict(self.after)
        topics = {one: left.pop(_name(one), None) if one.channel.numbered else None for one in found}
        if left:
            detail = "This names something that the same message does not subscribe to by number."
            raise InvalidInput("unknown-field", [("/after", detail)])
        return topics


def _key(text: str, pointer: str) -> DeskKey:
    venue, _, symbol = text.partition("/")
    if venue not in _VENUES:
        detail = f"This is a venue ({' or '.join(_VENUES)}), a slash and a symbol, such as book/AAPL."
        raise InvalidInput("invalid-topic", [(pointer, detail)])
    return DeskKey(venue, checked_symbol(symbol, pointer=pointer))


def _name(topic: Topic) -> str:
    return str(topic.of) if isinstance(topic.of, int) else f"{topic.of.venue}/{topic.of.symbol}"


class EventSink:
    """Writes server-sent events."""

    def __init__(self, send: Send, transport: Any) -> None:  # noqa: ANN401 - the server's
        self._send = send
        self._transport = transport

    async def send(self, messages: Collection[Message]) -> None:
        """Write messages; return once the connection has room for more."""
        await self.write(b"".join([one.form(_as_event) for one in messages]))

    async def write(self, body: bytes, *, more: bool = True) -> None:
        """Write a part of the body."""
        await self._send({"type": "http.response.body", "body": body, "more_body": more})

    async def close(self, reason: Closing) -> None:
        """Say why, and end."""
        await self.write(b'event: closed\ndata: {"reason":"%s"}\n\n' % reason.encode(), more=False)

    def cut(self) -> None:
        """End at once, whatever is not written yet."""
        if self._transport is not None:
            self._transport.abort()


def _as_event(message: Message) -> bytes:
    if message is HEARTBEAT:
        return b":\n\n"
    return f"id: {message.seq}\nevent: order\ndata: {message.data}\n\n".encode()


class SocketSink:
    """Writes messages over a WebSocket."""

    def __init__(self, socket: Socket) -> None:
        self.socket = socket

    async def send(self, messages: Collection[Message]) -> None:
        """Write messages; return once the connection has room for more. Raises OSError."""
        for message in messages:
            await self.socket.write(message.form(_as_text))

    async def close(self, reason: Closing) -> None:
        """Say why, and end. Raises OSError."""
        await self.socket.close(CODES[reason], reason.value)

    def cut(self) -> None:
        """End at once, whatever is not written yet."""
        self.socket.cut()


def _as_text(message: Message) -> str:
    topic = message.topic
    if message is HEARTBEAT:
        return '{"channel":"heartbeat"}'
    if topic is None:
        return message.data
    key = topic.of
    if isinstance(key, int):
        return f'{{"channel":"orders","portfolio_id":{key},"data":{message.data}}}'
    return (
        f'{{"channel":"{topic.channel}","venue":"{key.venue}","symbol":"{key.symbol}","data":{message.data}}}'
    )


def _starts(starts: Mapping[Topic, int]) -> str:
    return ",".join(f"{quoted(_name(topic))}:{seq}" for topic, seq in starts.items())


@operations.add("GET", "/exchange/events", refuses=(404,))
async def events(
    call: Call, portfolio_id: PortfolioId | None = None, after: Sequence | None = None
) -> Answer:
    """Stream what happens to the orders of an account (else the default portfolio) as server-sent events."""
    given = call.headers.get(b"last-event-id")
    if given is not None:
        after = _last_event(given)
    reads = call.read().portfolios
    if portfolio_id is None:
        portfolio_id = await reads.default_id(call.user_id)
    if portfolio_id is None:
        raise PortfolioNotFound
    await reads.row(call.user_id, portfolio_id)
    topic, hub = Topic(Channel.ORDERS, portfolio_id), call.system.streams
    starts = await hub.starts({topic: after}, pointer="/query/after")

    async def stream(receive: Receive, send: Send, transport: Any) -> None:  # noqa: ANN401 - the server's
        sink = EventSink(send, transport)
        reader = Reader(call.signed_in, sink)
        # The number is there before the first event: whoever is cut off until then misses nothing either.
        told = f'{{"portfolio_id":{portfolio_id},"after":{starts[topic]}}}'
        await sink.write(f"retry: 1000\nid: {starts[topic]}\nevent: subscribed\ndata: {told}\n\n".encode())
        with hub.reading(reader):
            await hub.follow(reader, (topic,), starts)
            while (await receive())["type"] != "http.disconnect":
                pass

    return Answer(200, b"", _HEADERS, stream)


def _last_event(given: bytes) -> int:
    try:
        return _SEQUENCE.validate_python(given.decode("latin-1"))
    except ValidationError as error:
        raise invalid_input(error, "/header/last-event-id") from error


async def stream(call: Call, socket: Socket) -> Answer:
    """Serve a WebSocket: order events, trades, quotes and books, as the client asks."""
    hub, caller = call.system.streams, call.signed_in
    await call.read().let_in()
    if caller.key is not None:
        call.system.key_log.used(caller, caller.key, call.trace)
    await socket.accept([(b"x-request-id", call.request_id.encode())])
    reader, strikes = Reader(caller, SocketSink(socket)), 0
    with hub.reading(reader):
        while (text := await socket.text()) is not None:
            try:
                await _obey(call, reader, _read(text))
                strikes = 0
            except Refusal as refusal:
                reader.deliver(_error(refusal))
                strikes += 1
            if strikes == STRIKES:
                await reader.written()
                reader.close(Closing.BAD_MESSAGES)
    return SWITCHED


def _read(text: str) -> Wish:
    try:
        return Wish.model_validate(json.parse(text.encode()))
    except json.BadJson as error:
        raise HttpRefusal(400, error.code, error.detail) from error
    except ValidationError as error:
        raise invalid_input(error, "") from error


async def _obey(call: Call, reader: Reader, wish: Wish) -> None:
    hub, wanted = call.system.streams, wish.topics()
    if wish.action == "unsubscribe":
        hub.unfollow(reader, wanted)
        reader.deliver(Message(None, 0, f'{{"channel":"unsubscribed","topics":{_listed(wanted)}}}'))
        return
    # What is followed already goes on as it is.
    wanted = {topic: after for topic, after in wanted.items() if topic not in reader.topics}
    if (count := len(reader.topics) + len(wanted)) > TOPICS_MAXIMUM:
        raise TooManyTopics(count)
    caller = replace(call.signed_in, at=call.system.now())
    for portfolio_id in wish.orders:
        await call.system.units.read(caller).portfolios.row(caller.user_id, portfolio_id)
    starts = await hub.starts(wanted, pointer="/after")
    told = f'{{"channel":"subscribed","topics":{_listed(wanted)},"after":{{{_starts(starts)}}}}}'
    reader.deliver(Message(None, 0, told))
    await hub.follow(reader, wanted, starts)


def _listed(topics: Iterable[Topic]) -> str:
    return f"[{','.join(quoted(f'{one.channel}:{_name(one)}') for one in topics)}]"


def _error(refusal: Refusal) -> Message:
    errors = ",".join(
        f'{{"pointer":{quoted(pointer)},"detail":{quoted(detail)}}}' for pointer, detail in refusal.errors
    )
    told = f'"code":{quoted(refusal.code)},"detail":{quoted(refusal.detail)},"errors":[{errors}]'
    return Message(None, 0, f'{{"channel":"error",{told}}}')


sockets = [declared(prefix + _PATH, stream, signed_in=True) for prefix in ("", PREFIX)]
