"""Histories: every law of tests/laws.py held to 10,000 random histories, in two processes.

A history that breaks a law is made smaller, one transaction or action at a time, before it is printed.
"""

import argparse
import sys
import time
import traceback
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import replace

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.histories import tales
from tests.laws import LAWS, Law
from tests.long.wire import Violation
from tests.tales import Numbers, Tale

PROCESSES = 2


def broken(law: Law, tale: Tale) -> str | None:
    """Say how a tale breaks a law: the kind of failure and the line, None if it does not."""
    try:
        law(tale)
    except Exception as error:  # noqa: BLE001 - a law may break in any way
        last = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__} {last.name}:{last.lineno} {str(error)[:200]}"
    return None


def smaller(tale: Tale) -> Iterator[Tale]:
    """Give tales with one thing less."""
    for one in tale.ledger:
        joint = one.entry.terms.transfer_id
        kept = [
            other
            for other in tale.ledger
            if other is not one
            and other.entry.reverses != one.id
            and (joint is None or other.entry.terms.transfer_id != joint)
        ]
        yield replace(tale, ledger=tuple(kept))
    for place in range(len(tale.actions)):
        yield replace(tale, actions=tale.actions[:place] + tale.actions[place + 1 :])
    for key, numbers in tale.prices.items():
        for calm in calmer(numbers):
            yield replace(tale, prices={**tale.prices, key: calm})
    for key, numbers in tale.rates.items():
        for calm in calmer(numbers):
            yield replace(tale, rates={**tale.rates, key: calm})


def calmer(numbers: Numbers) -> Iterator[Numbers]:
    """Give numbers that are the same every day, and numbers that are known every day."""
    if numbers.wobble:
        yield replace(numbers, wobble=0)
    if numbers.holes:
        yield replace(numbers, holes=frozenset())


def smallest(law: Law, tale: Tale, how: str) -> Tale:
    """Leave out what the failure does not need."""
    kind = how.split(":", maxsplit=1)[0]
    found = True
    while found:
        found = False
        for less in smaller(tale):
            if (broken(law, less) or "").startswith(kind):
                tale, found = less, True
                break
    return tale


class _Enough(Exception):
    pass


def held(laws: Sequence[str], count: int, seeded: int) -> tuple[int, list[str]]:
    """Hold laws to `count` histories. Gives how many there were and what broke, one line of story each."""
    chosen = [law for law in LAWS if law.__name__ in laws]
    seen, found = 0, dict[str, str]()

    @seed(seeded)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(tales())
    def run(tale: Tale) -> None:
        nonlocal seen
        seen += 1
        for law in chosen:
            if law.__name__ not in found and (how := broken(law, tale)) is not None:
                least = smallest(law, tale, how)
                found[law.__name__] = f"{law.__name__}: {broken(law, least)}\n  {least!r}"
        if len(found) == len(chosen):
            raise _Enough

    with suppress(_Enough):
        run()
    return seen, list(found.values())


def main(arguments: list[str]) -> int:
    """Hold the laws and print how many histories there were. Raises Violation."""
    parser = argparse.ArgumentParser(prog="histories", description=__doc__)
    parser.add_argument("--count", type=int, default=10_000, help="histories")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--law", choices=[law.__name__ for law in LAWS], action="append")
    chosen = parser.parse_args(arguments)
    names = chosen.law or [law.__name__ for law in LAWS]
    started = time.monotonic()
    with ProcessPoolExecutor(PROCESSES) as pool:
        runs = [
            pool.submit(held, names, chosen.count // PROCESSES, chosen.seed * PROCESSES + lane)
            for lane in range(PROCESSES)
        ]
        done = [run.result() for run in runs]
    seen, broke = sum(count for count, _ in done), [one for _, found in done for one in found]
    print(
        f"histories: {seen} histories, {len(names)} laws, seed {chosen.seed}, "
        f"{len(broke)} broken, {time.monotonic() - started:.0f} s"
    )
    if broke:
        raise Violation("\n".join(broke))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
