"""Run one long test: `python -m tests.long NAME`, with its own options."""

import sys
from importlib import import_module

from tests.long.wire import Violation

NAMES = ("races", "kills", "decimals", "model", "fuzz", "histories", "book", "exchange", "exchange_races")


def main(arguments: list[str]) -> int:
    """Run the named test and give the exit code: 0 when nothing was violated."""
    if not arguments or arguments[0] not in NAMES:
        print(f"usage: python -m tests.long {' | '.join(NAMES)} [--help]", file=sys.stderr)
        return 2
    try:
        code: int = import_module(f"tests.long.{arguments[0]}").main(arguments[1:])
    except Violation as violation:
        print(f"VIOLATION: {violation}", file=sys.stderr)
        return 1
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
