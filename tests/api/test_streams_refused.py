import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from steward.api.streams import CODES, MESSAGE_MAXIMUM, STRIKES, TOPICS_MAXIMUM, _as_text
from steward.usecases.streams_messages import HEARTBEAT, Channel, Topic
from steward.usecases.streams_readers import CHARACTERS_MAXIMUM, MESSAGES_MAXIMUM
from steward.usecases.values import DeskKey
from tests.api.streaming import (
    asked,
    connected,
    happen,
    list_symbol,
    portfolio_of,
    received,
    tidy,
    trade,
)
from tests.people import Person
from tests.servers import Server

PAGE = (Path(__file__).parents[2] / "docs/streams.md").read_text(encoding="utf-8")
DEPTH = Topic(Channel.DEPTH, DeskKey("book", "ABC"))


@pytest.fixture(scope="module", autouse=True)
def tidied(server: Server) -> Iterator[None]:
    yield
    tidy(server)


@pytest.fixture
def mine(alice: Person) -> int:
    return portfolio_of(alice)


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ("{", "bad-json"),
        ('{"action":"subscribe","action":"subscribe"}', "duplicate-key"),
        ('{"action":"shout"}', "literal-error"),
        ('{"action":"subscribe","pets":[]}', "unknown-field"),
        ('{"action":"subscribe","orders":["1"]}', "int-type"),
        ('{"action":"subscribe","orders":[0]}', "greater-than-equal"),
        ('{"action":"subscribe","trades":["moon/ABC"]}', "invalid-topic"),
        ('{"action":"subscribe","trades":["book/A B"]}', "invalid-symbol"),
        ('{"action":"subscribe","trades":["book/ABC"],"after":{"book/ABC":1}}', "unknown-sequence"),
        ('{"action":"subscribe","trades":["book/ABC"],"after":{"book/XYZ":1}}', "unknown-field"),
    ],
)
def test_what_is_not_understood_is_told_and_the_stream_goes_on(alice: Person, sent: str, code: str) -> None:
    with connected(alice) as stream:
        stream.send(sent)
        message = received(stream)
        assert (message["channel"], message["code"]) == ("error", code)
        assert asked(stream, quotes=["book/ABC"])["channel"] == "subscribed"


def test_who_sends_nothing_else_is_sent_away(alice: Person) -> None:
    with connected(alice) as stream:
        for _ in range(5):
            stream.send(b"\x00\x01")
            assert received(stream)["code"] == "bad-json"
        with pytest.raises(ConnectionClosed) as closed:
            received(stream)
        assert closed.value.rcvd is not None
        assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (1008, "bad-messages")


def test_a_message_has_a_bound(alice: Person) -> None:
    with connected(alice) as stream:
        stream.send(" " * (16 * 1024 + 1))
        with pytest.raises(ConnectionClosed) as closed:
            received(stream)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1009


def test_a_stream_follows_so_many_topics_and_no_more(alice: Person) -> None:
    with connected(alice) as stream:
        names = [f"book/S{number}" for number in range(101)]
        assert asked(stream, quotes=names, depth=names)["code"] == "too-many-topics"
        assert asked(stream, quotes=names)["channel"] == "subscribed"
        assert asked(stream, quotes=names, depth=names[:99])["channel"] == "subscribed"
        assert asked(stream, depth=names)["code"] == "too-many-topics"


def test_a_number_that_is_not_there_yet_is_refused(alice: Person, mine: int) -> None:
    answer = alice("GET", f"/api/v1/exchange/events?portfolio_id={mine}&after=1")
    assert (answer.status, answer.code) == (422, "unknown-sequence")
    assert answer.json["errors"][0]["pointer"] == "/query/after"


def test_only_the_head_of_a_stream_is_had_by_head(alice: Person, mine: int) -> None:
    answer = alice("HEAD", f"/api/v1/exchange/events?portfolio_id={mine}")
    assert (answer.status, answer.text) == (200, "")
    assert answer.headers["content-type"] == "text/event-stream"


def test_the_page_says_what_is_sent(server: Server, alice: Person, mine: int) -> None:
    wishes, told = [
        block.splitlines() for block in re.findall(r"^```json\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    ]
    shown = {one["channel"]: one for one in map(json.loads, told)}
    symbol = f"P{time.monotonic_ns()}"
    list_symbol(server, symbol)
    trade(server, symbol, "1")
    happen(server, mine)
    follow, leave = (json.loads(one.replace("AAPL", symbol)) for one in wishes)
    assert follow["after"] == {"12": 57, f"book/{symbol}": 3}
    follow |= {"orders": [mine], "after": {str(mine): 0, f"book/{symbol}": 0}}
    sent = [json.loads(HEARTBEAT.form(_as_text))]
    with connected(alice) as stream:
        stream.send(json.dumps(follow))
        sent += [received(stream) for _ in range(5)]
        sent += [asked(stream, **leave), asked(stream, orders=[10**15])]
    found = {one["channel"]: one for one in sent}
    assert found.keys() == shown.keys()
    for channel, message in found.items():
        assert message.keys() == shown[channel].keys(), channel
    for channel in ("trades", "depth"):
        assert shown[channel]["data"].keys() == found[channel]["data"].keys()
    assert shown["error"] == found["error"]


def test_the_page_says_how_a_stream_ends_and_what_its_bounds_are() -> None:
    ends = re.findall(r"^\| `([a-z-]+)` \| (\d+) \|", PAGE, re.MULTILINE)
    assert {reason: int(code) for reason, code in ends} == {one.value: code for one, code in CODES.items()}
    assert f"at most {TOPICS_MAXIMUM} topics" in PAGE
    assert f"more than {MESSAGE_MAXIMUM // 1024} KiB" in PAGE
    assert f"More than {MESSAGES_MAXIMUM} messages or {CHARACTERS_MAXIMUM // 1024**2} MiB" in PAGE
    assert STRIKES == 5
