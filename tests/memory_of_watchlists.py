"""The in-memory twin of the repository of watchlists."""

from uuid import UUID

from steward.domain.watchlists import Watchlist
from tests.memory import Part


class Watchlists(Part):
    """Watchlists."""

    async def of(self, owner_id: UUID, portfolio_id: int) -> list[Watchlist]:
        kept = self.memory.watchlists
        mine = [kept[key] for key in kept if key[:2] == (owner_id, portfolio_id)]
        return sorted(mine, key=lambda one: (one.created_at, one.id))

    def put(self, owner_id: UUID, portfolio_id: int, watchlist: Watchlist) -> None:
        self.memory.watchlists[owner_id, portfolio_id, watchlist.id] = watchlist

    def remove(self, owner_id: UUID, portfolio_id: int, watchlist: Watchlist) -> None:
        self.memory.watchlists.pop((owner_id, portfolio_id, watchlist.id))
