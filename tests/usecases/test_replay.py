import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from steward.domain.exchange import Command, Exchange
from steward.domain.listings import TradingStatus
from steward.usecases.replay import InvalidCommand, replay
from tests.factories import AT
from tests.trading import a_listing

FLOW = Path(__file__).parents[2] / "examples/flow.jsonl"
LINES = FLOW.read_text(encoding="utf-8").splitlines()
DESK = {"at": "2026-03-02T15:00:00+01:00", "venue": "book", "symbol": "ACME"}


def told(*commands: dict[str, Any]) -> list[dict[str, Any]]:
    """Replay commands after the beginning of the example; give every line that it came to."""
    lines: list[str] = []
    replay([LINES[0], *(json.dumps({**DESK, **one}) for one in commands)], lines.append)
    return [json.loads(line) for line in lines]


def test_a_flow_comes_to_the_same_bytes_wherever_and_however_often_it_is_replayed() -> None:
    first: list[str] = []
    done = replay(LINES, first.append)
    random.seed(3)
    second: list[str] = []
    assert replay([*LINES, ""], second.append) == done
    assert second == first
    assert (done.lines, done.refused) == (len(first), 1)
    printed = {
        subprocess.run(
            [sys.executable, "-m", "steward", "replay", str(FLOW)],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            encoding="utf-8",
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert printed == {done.digest}


def test_another_seed_gives_other_ids_and_the_same_trades() -> None:
    other = LINES[0].replace('"seed": 7', '"seed": 8')
    lines: dict[str, list[str]] = {LINES[0]: [], other: []}
    digests = {replay([first, *LINES[1:5]], gathered.append).digest for first, gathered in lines.items()}
    assert len(digests) == 2
    trades = [
        [json.loads(line)["price"] for line in gathered if '"is":"Trade"' in line]
        for gathered in lines.values()
    ]
    assert trades[0] == trades[1] == ["100.05"]


def test_orders_are_named_by_client_order_id_which_counts_once() -> None:
    place = {"do": "place", "account": 1, "id": "a", "side": "buy", "qty": "1", "type": "limit"}
    lines = told(
        {**place, "limit_price": "50"},
        {**place, "limit_price": "50"},
        {"do": "replace", "account": 1, "order": "a", "limit_price": "51", "id": "b"},
        {"do": "replace", "account": 1, "order": "b", "qty": "2", "time_in_force": "gtc"},
        {"do": "cancel", "account": 1, "order": "b"},
        {"do": "cancel", "account": 2, "order": "b"},
        {**place, "id": None, "limit_price": 50.01},
    )
    said = [line.get("refused") or line["kind"] for line in lines]
    assert said == [
        "accepted",
        "client-order-id-taken",
        *("replaced", "accepted"),
        *("replaced", "accepted"),
        "cancelled",
        "order-not-found",
        "accepted",
    ]
    assert lines[-1]["order"]["terms"]["limit_price"] == "50.01"


def test_holdings_and_expiry_are_read() -> None:
    first = json.loads(LINES[0])
    first["accounts"][0]["holdings"] = {"ACME": {"qty": "5", "cost": "100"}}
    sale = {
        **DESK,
        "do": "place",
        "account": 1,
        "side": "sell",
        "qty": "5",
        "time_in_force": "gtd",
        "expires_at": "2026-03-03T00:00:00+00:00",
        "type": "limit",
        "limit_price": "50",
    }
    done = replay([json.dumps(first), json.dumps(sale)])
    assert (done.lines, done.refused) == (1, 0)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "Line 2 cannot be read: JSONDecodeError"),
        ("[]", "Line 2 cannot be read: TypeError"),
        ('{"at": "2026-03-02T15:00:00"}', "has no time zone"),
        (json.dumps({**DESK, "do": "dance"}), "ValueError dance"),
        (json.dumps(DESK), "KeyError 'do'"),
        (json.dumps({**DESK, "do": "cancel", "account": 77, "order": "a"}), "Line 2: There is no account 77"),
        (json.dumps({**DESK, "do": "turn", "status": "closed", "symbol": "NONE"}), "NONE is not traded at"),
        (json.dumps({**DESK, "do": "make_market", "account": 9, "price": "ten"}), "plain decimal digits"),
    ],
)
def test_a_line_that_says_nothing_is_refused_by_its_number(line: str, said: str) -> None:
    with pytest.raises(InvalidCommand, match=said):
        replay([LINES[0], line])


def test_a_command_that_nobody_knows_is_a_defect() -> None:
    exchange = Exchange(1, [a_listing()], [])
    assert exchange.desks["book", "ACME"].state.status is TradingStatus.CONTINUOUS
    with pytest.raises(TypeError):
        exchange.apply(Command(at=AT, venue="book", symbol="ACME"))


def test_the_command_says_which_line_cannot_be_read(tmp_path: Path) -> None:
    file = tmp_path / "flow.jsonl"
    file.write_text(LINES[0] + "\n{}\n", encoding="utf-8")
    command = [sys.executable, "-m", "steward", "replay", str(file)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 1
    assert "Line 2 cannot be read" in done.stderr
