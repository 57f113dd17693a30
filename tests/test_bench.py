"""The bench compares like with like: its floor writes what the server writes, to the byte."""

from contextlib import ExitStack
from pathlib import Path

from bench import seed, servers
from bench.__main__ import stores
from bench.compare import same_bytes
from bench.load import Load
from bench.operations import OPERATIONS


def test_the_floor_writes_the_bytes_of_the_server(engine: str, tmp_path: Path) -> None:
    """The floor runs the server's own statements, so a column that is added there must not break it here."""
    with ExitStack() as running:
        store = running.enter_context(stores(tmp_path, engine))
        url = store.fresh("steward")
        servers.migrate(url, tmp_path)
        load = running.enter_context(Load())
        with servers.steward(url, tmp_path) as server:
            (person,) = seed.people(server, load, 1)
        twin = store.copy(url, "twin")
        for one in (url, twin):
            running.callback(store.drop, one)
        asked = running.enter_context(servers.steward(url, tmp_path))
        floor = running.enter_context(servers.floor(twin, tmp_path))
        for operation in sorted(OPERATIONS, key=lambda one: one.writes):
            if not operation.moving:
                same_bytes(operation, person, asked, floor)
