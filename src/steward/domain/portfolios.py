"""A portfolio: a named ledger of one owner, with the head of its chain of transactions."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from steward.domain.errors import NotFound

DEFAULT_NAME = "Default"
DEFAULT_CURRENCY = "USD"


class PortfolioNotFound(NotFound):
    """There is no such portfolio of this owner."""

    code = "portfolio-not-found"

    def __init__(self) -> None:
        super().__init__("There is no such portfolio.")


class CostMethod(StrEnum):
    """Which units a sale takes first, unless it names its lots."""

    FIFO = "fifo"
    LIFO = "lifo"
    HIFO = "hifo"
    """Those that cost most."""
    AVERAGE = "average"
    """A share of all of them at their moving average cost."""


@dataclass(frozen=True, slots=True)
class Portfolio:
    """`ledger_seq` counts the transactions ever appended; `ledger_digest` seals all of them.

    `shorts_allowed` lets a position go below 0. `history_version` counts the changes to years that were
    over when they were made.
    """

    id: int
    owner_id: UUID
    name: str
    base_currency: str
    created_at: datetime
    ledger_seq: int
    ledger_digest: str
    asset_count: int
    shorts_allowed: bool = False
    cost_method: CostMethod = CostMethod.FIFO
    history_version: int = 0
