"""The stream of trade updates on the Alpaca wire: what happens to the orders of an account."""

import asyncio
from collections.abc import Collection
from contextlib import suppress
from typing import Any, Final, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, ValidationError

from steward.api import json
from steward.api.alpaca import assets
from steward.api.alpaca.order_shapes import AssetOf, order_document, status_of
from steward.api.alpaca.wire import written
from steward.api.call import Call
from steward.api.problems import Answer
from steward.api.sockets import SWITCHED, Socket, declared
from steward.api.streams import CODES, STRIKES, SocketSink
from steward.domain.api_keys import KeyScope
from steward.domain.errors import Refusal
from steward.domain.trading import OrderEventKind
from steward.usecases.order_text import read_order
from steward.usecases.streams import Hub
from steward.usecases.streams_messages import HEARTBEAT, Channel, Closing, Message, Topic
from steward.usecases.streams_readers import Reader
from steward.usecases.values import Caller

UPDATES: Final = "trade_updates"
_PATIENCE_SECONDS: Final = 5
"""So long may a client take to say who it is."""
_KINDS: Final = {
    OrderEventKind.RELEASED: "new",
    OrderEventKind.TRIGGERED: "restated",
    OrderEventKind.RESTATED: "restated",
    OrderEventKind.REPLACED: "replaced",
    OrderEventKind.CANCELLED: "canceled",
    OrderEventKind.EXPIRED: "expired",
    OrderEventKind.REJECTED: "rejected",
}


class Wish(BaseModel):
    """What a client sends: `data`, or for some the key itself, beside the action."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    action: Literal["auth", "authenticate", "listen"]
    data: dict[str, Any] = {}
    key: str = ""
    secret: str = ""

    @property
    def credentials(self) -> tuple[str, str]:
        """The id and the secret of the key."""
        told = self.data
        return str(told.get("key_id", self.key)), str(told.get("secret_key", self.secret))

    @property
    def streams(self) -> list[Any]:
        """What is to be listened to."""
        told = self.data.get("streams")
        return told if isinstance(told, list) else []


def update_document(told: dict[str, Any], asset_of: AssetOf, *, owner_id: UUID) -> dict[str, Any]:
    """Write what happened to an order, read from the event that is kept."""
    order, fill = read_order(told["order"], owner_id=owner_id), told["fill"]
    status = status_of(order)
    kind = OrderEventKind(told["kind"])
    if kind is OrderEventKind.FILLED:
        event = "fill" if status == "filled" else "partial_fill"
    else:
        event = status if kind is OrderEventKind.ACCEPTED else _KINDS[kind]
    document = {"event": event, "timestamp": told["at"], "order": order_document(order, asset_of)}
    if fill is None:
        return document
    numbers = {"price": fill["price"], "qty": fill["qty"], "position_qty": told["position_qty"]}
    return {
        **document,
        "execution_id": fill["id"],
        **{name: None if one is None else written(one) for name, one in numbers.items()},
    }


class UpdateSink(SocketSink):
    """Writes the events of an account in Alpaca's form."""

    def __init__(self, socket: Socket, asset_of: AssetOf, owner_id: UUID) -> None:
        super().__init__(socket)
        self._asset_of, self._owner_id = asset_of, owner_id

    async def send(self, messages: Collection[Message]) -> None:
        """Write messages; return once the connection has room for more. Raises OSError."""
        for message in messages:
            if message is not HEARTBEAT:  # the connection's own pings say that it lives
                await self.socket.write(self._text(message))

    def _text(self, message: Message) -> str:
        if message.topic is None:
            return message.data
        told: Any = json.parse(message.data.encode())
        document = update_document(told, self._asset_of, owner_id=self._owner_id)
        return written({"stream": UPDATES, "data": document})


async def stream(call: Call, socket: Socket) -> Answer:
    """Serve the WebSocket: a key first, then what is listened to."""
    await socket.accept([(b"x-request-id", call.request_id.encode())])
    caller = None
    with suppress(TimeoutError):
        async with asyncio.timeout(_PATIENCE_SECONDS):
            caller = await _caller(call, socket)
    if caller is None or caller.key is None or caller.key.portfolio_id is None:
        await socket.close(CODES[Closing.SIGNED_OUT], Closing.SIGNED_OUT.value)
        return SWITCHED
    call.caller = caller
    hub, topic = call.system.streams, Topic(Channel.ORDERS, caller.key.portfolio_id)
    known = await assets.load(call, call.read())
    reader, strikes = Reader(caller, UpdateSink(socket, known.of, caller.user_id)), 0
    with hub.reading(reader):
        while (text := await socket.text()) is not None:
            wish = _read(text)
            if wish is None or wish.action != "listen":
                strikes += 1
                reader.deliver(_message("error", {"error_message": "not a message that is known here"}))
            else:
                await _listen(hub, reader, topic, wish)
            if strikes == STRIKES:
                await reader.written()
                reader.close(Closing.BAD_MESSAGES)
    return SWITCHED


async def _listen(hub: Hub, reader: Reader, topic: Topic, wish: Wish) -> None:
    listened = [UPDATES] if UPDATES in wish.streams else []
    # Told before the answer: what happens once the client has that is not missed.
    starts = await hub.starts({topic: None}, pointer="")
    reader.deliver(_message("listening", {"streams": listened}))
    if not listened:
        hub.unfollow(reader, (topic,))
    elif topic not in reader.topics:
        await hub.follow(reader, (topic,), starts)


async def _caller(call: Call, socket: Socket) -> Caller | None:
    """Let the client say who it is, and tell it whether that is known; None when nobody is let in."""
    for _ in range(STRIKES):
        text = await socket.text()
        if text is None:
            return None
        wish = _read(text)
        if wish is not None and wish.action != "listen":
            caller = await _admitted(call, *wish.credentials)
            status = "unauthorized" if caller is None else "authorized"
            told = {"status": status, "action": wish.action}
            await socket.write(_message("authorization", told).data)
            if caller is not None:
                return caller
        else:
            told = {"status": "unauthorized", "action": "listen"}
            await socket.write(_message("authorization", told).data)
    return None


async def _admitted(call: Call, key_id: str, secret: str) -> Caller | None:
    try:
        owner_id, key = call.system.key_maker.ring.read(key_id, secret, scope=KeyScope.READ)
    except Refusal:
        return None
    caller = Caller(owner_id, None, call.system.now(), key)
    try:
        await call.system.units.read(caller).let_in()
    except Refusal as refusal:
        call.system.key_log.refused(caller, key, refusal, call.trace)
        return None
    call.system.key_log.used(caller, key, call.trace)
    return caller


def _read(text: str) -> Wish | None:
    try:
        return Wish.model_validate(json.parse(text.encode()))
    except (json.BadJson, ValidationError):
        return None


def _message(stream_name: str, data: dict[str, Any]) -> Message:
    return Message(None, 0, written({"stream": stream_name, "data": data}))


SOCKETS: Final = (declared("/alpaca/stream", stream, signed_in=False),)
