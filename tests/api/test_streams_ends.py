import os
import signal
import time
from contextlib import suppress

import pytest
from websockets.exceptions import ConnectionClosed, ConnectionClosedError

from tests.api.conftest import NewServer
from tests.api.streaming import (
    asked,
    connected,
    events,
    happen,
    narrow,
    numbers,
    portfolio_of,
    received,
)
from tests.people import Person, registered
from tests.servers import Server


@pytest.fixture
def mine(alice: Person) -> int:
    return portfolio_of(alice)


def test_a_slow_reader_is_sent_away_and_stands_in_nobody_s_way(
    server: Server, alice: Person, mine: int
) -> None:
    request = (
        f"GET /api/v1/exchange/events?portfolio_id={mine} HTTP/1.1\r\nhost: x\r\n"
        f"authorization: Bearer {alice.token}\r\n\r\n"
    )
    data = b""
    with narrow(server.port) as slow:
        slow.sendall(request.encode())
        assert slow.recv(1024).startswith(b"HTTP/1.1 200")
        with connected(alice) as stream:
            asked(stream, orders=[mine])
            for turn in range(24):
                happen(server, mine, 300, note="x" * 2000)
                assert numbers(stream, 300) == list(range(300 * turn + 1, 300 * turn + 301))
        with suppress(ConnectionResetError):  # so ends who does not even take the reason, after some seconds
            while more := slow.recv(1024 * 1024):
                data += more
            assert data.endswith(b'event: closed\ndata: {"reason":"slow-reader"}\n\n\r\n0\r\n\r\n')
    assert 0 < data.count(b"event: order") < 7200


def test_after_kill_9_of_its_worker_a_reader_goes_on_elsewhere_and_misses_nothing(
    new_server: NewServer,
) -> None:
    server = new_server(workers=2)
    alice = registered(server.url)
    mine = portfolio_of(alice)
    with connected(alice) as stream:
        asked(stream, orders=[mine])
        happen(server, mine, 2)
        assert numbers(stream, 2) == [1, 2]
        for pid in server.processes()[1:]:
            os.kill(pid, signal.SIGKILL)
        happen(server, mine, 2)
        with pytest.raises(ConnectionClosedError):
            received(stream)
    server.wait_until_ready()
    with connected(alice) as stream:
        asked(stream, orders=[mine], after={str(mine): 2})
        happen(server, mine)
        assert numbers(stream, 3) == [3, 4, 5]
    alice.client.close()


def test_a_server_that_stops_says_so_to_its_readers(new_server: NewServer) -> None:
    server = new_server()
    alice = registered(server.url)
    mine = portfolio_of(alice)
    with connected(alice) as stream, events(alice, f"portfolio_id={mine}") as told:
        asked(stream, orders=[mine])
        next(told)
        began = time.monotonic()
        server.process.terminate()
        with pytest.raises(ConnectionClosed) as closed:
            received(stream)
        assert closed.value.rcvd is not None
        assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (1001, "server-stopping")
        assert next(told) == {"event": "closed", "data": '{"reason":"server-stopping"}'}
        assert next(told, None) is None
    assert server.stop() == 0
    assert time.monotonic() - began < 5
    alice.client.close()
