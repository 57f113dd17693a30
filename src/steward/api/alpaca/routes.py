"""All routes of the Alpaca wire, and the form of its errors."""

from typing import Final

from steward.api.alpaca import (
    absent,
    accounts,
    activities,
    assets,
    clock,
    equity,
    errors,
    market_latest,
    market_past,
    orders,
    positions,
    stream,
    watchlists,
)
from steward.api.problems import ErrorForm

SOCKETS: Final = stream.SOCKETS
PREFIX: Final = "/alpaca/"
ERRORS: Final = ErrorForm(errors.refused, errors.unexpected)
FEATURES: Final = (
    accounts,
    orders,
    positions,
    equity,
    activities,
    assets,
    watchlists,
    clock,
    market_past,
    market_latest,
    absent,
)
