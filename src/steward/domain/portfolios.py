"""A portfolio: a named ledger of one owner, with the head of its chain of transactions."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from steward.domain.errors import NotFound

DEFAULT_NAME = "Default"


class PortfolioNotFound(NotFound):
    """There is no such portfolio of this owner."""

    code = "portfolio-not-found"

    def __init__(self) -> None:
        super().__init__("There is no such portfolio.")


@dataclass(frozen=True, slots=True)
class Portfolio:
    """`ledger_seq` counts the transactions ever appended; `ledger_digest` seals all of them."""

    id: int
    owner_id: UUID
    name: str
    base_currency: str
    created_at: datetime
    ledger_seq: int
    ledger_digest: str
    asset_count: int

    def renamed(self, name: str) -> "Portfolio":
        """Give the portfolio another name, already checked."""
        return replace(self, name=name)
