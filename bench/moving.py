"""Steward on a market where every read meets new prices: nothing that is kept can answer it."""

import itertools
import sys
from datetime import datetime

from steward import server
from steward.infrastructure.prices.static import StaticPrices
from steward.settings import load_settings

_versions = itertools.count(1)


def _next_version(self: StaticPrices, at: datetime) -> int:
    return next(_versions)


def main() -> None:
    """Serve on the port that is named."""
    StaticPrices.version = _next_version  # type: ignore[method-assign]  # only here is the table said to move
    server.serve(load_settings(), port=int(sys.argv[1]))


if __name__ == "__main__":
    main()
