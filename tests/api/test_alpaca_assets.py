"""Assets and watchlists through alpaca-py."""

from uuid import UUID, uuid4

import pytest
from alpaca.trading.enums import AssetClass, AssetExchange, AssetStatus
from alpaca.trading.models import Asset, Watchlist
from alpaca.trading.requests import CreateWatchlistRequest, GetAssetsRequest, UpdateWatchlistRequest

from tests.api.brokerage import Trader, a_trader, refused
from tests.people import Person


@pytest.fixture
def trader(alice: Person) -> Trader:
    return a_trader(alice)


def asset(trader: Trader, which: str | UUID) -> Asset:
    found = trader.trading.get_asset(which)
    assert isinstance(found, Asset)
    return found


def listed(trader: Trader, **asked: object) -> list[str]:
    found = trader.trading.get_all_assets(GetAssetsRequest(**asked))
    return [one.symbol for one in found if isinstance(one, Asset)]


def created(trader: Trader, name: str, *symbols: str) -> Watchlist:
    made = trader.trading.create_watchlist(CreateWatchlistRequest(name=name, symbols=list(symbols)))
    assert isinstance(made, Watchlist)
    return made


def symbols_of(found: object) -> list[str]:
    assert isinstance(found, Watchlist)
    return [one.symbol for one in found.assets or ()]


def test_what_a_price_source_knows_is_traded(trader: Trader) -> None:
    every = listed(trader)
    assert {"AAPL", "MSFT", "NVDA", "BTC/USD", "ETH/USD"} <= {*every}
    assert every == listed(trader, status=AssetStatus.ACTIVE)
    assert "AAPL" not in (coins := listed(trader, asset_class=AssetClass.CRYPTO))
    assert coins == listed(trader, exchange=AssetExchange.CRYPTO)
    assert "BTC/USD" not in listed(trader, asset_class=AssetClass.US_EQUITY)
    assert listed(trader, status=AssetStatus.INACTIVE) == []
    assert refused(lambda: listed(trader, attributes="ptp_no_exception"))[:2] == (422, 42210000)


def test_an_asset_is_found_by_every_name_that_it_has(trader: Trader) -> None:
    stock, coin = asset(trader, "AAPL"), asset(trader, "BTC/USD")
    assert (stock.symbol, stock.asset_class, stock.tradable) == ("AAPL", AssetClass.US_EQUITY, True)
    assert (stock.status, stock.fractionable, stock.price_increment) == (AssetStatus.ACTIVE, True, 0.01)
    assert (coin.symbol, coin.asset_class) == ("BTC/USD", AssetClass.CRYPTO)
    for which in ("aapl", stock.id, str(stock.id)):
        assert asset(trader, which) == stock
    for which in ("BTC", "BTCUSD", coin.id):
        assert asset(trader, which) == coin
    for which in ("NONE", uuid4()):
        assert refused(asset, trader, which)[:2] == (404, 40410000)


def test_what_somebody_records_of_an_instrument_is_seen_by_them_alone(trader: Trader, bob: Person) -> None:
    recorded = {"currency": "USD", "name": "Apple Inc.", "kind": "crypto"}
    assert trader.person("PUT", "/api/v1/instruments/AAPL", recorded).status == 200
    mine = asset(trader, "AAPL")
    assert (mine.symbol, mine.name, mine.asset_class) == ("AAPL/USD", "Apple Inc.", AssetClass.CRYPTO)
    assert asset(a_trader(bob), "AAPL").name == "AAPL"


def test_a_watchlist_is_kept_changed_and_deleted(trader: Trader) -> None:
    made = created(trader, "Tech", "AAPL", "BTC/USD")
    account = trader.trading.get_account()
    assert made.account_id == account.id
    assert symbols_of(made) == ["AAPL", "BTC/USD"]
    trading = trader.trading
    assert symbols_of(trading.add_asset_to_watchlist_by_id(made.id, "MSFT")) == ["AAPL", "BTC/USD", "MSFT"]
    assert symbols_of(trading.remove_asset_from_watchlist_by_id(made.id, "AAPL")) == ["BTC/USD", "MSFT"]
    renamed = trading.update_watchlist_by_id(made.id, UpdateWatchlistRequest(name="Rest"))
    assert isinstance(renamed, Watchlist)
    assert renamed.updated_at > made.updated_at == made.created_at == renamed.created_at
    assert symbols_of(trading.update_watchlist_by_id(made.id, UpdateWatchlistRequest(symbols=["NVDA"]))) == [
        "NVDA"
    ]
    assert symbols_of(trading.get_watchlist_by_id(made.id)) == ["NVDA"]
    (listed_one,) = trading.get_watchlists()
    assert isinstance(listed_one, Watchlist)
    assert (listed_one.id, listed_one.name, listed_one.assets) == (made.id, "Rest", None)
    trading.delete_watchlist_by_id(made.id)
    assert trading.get_watchlists() == []


def test_a_watchlist_by_its_name(trader: Trader) -> None:
    made = created(trader, "My list", "AAPL")
    path = "/watchlists:by_name?name=My%20list"
    assert trader.get(path)["id"] == str(made.id)
    assert [one["symbol"] for one in trader.trading.post(path, {"symbol": "NVDA"})["assets"]] == [
        "AAPL",
        "NVDA",
    ]
    assert trader.trading.put(path, {"symbols": []})["assets"] == []
    trader.trading.delete(path)
    assert refused(lambda: trader.get(path))[:2] == (404, 40410000)


def test_what_is_no_watchlist(trader: Trader, bob: Person) -> None:
    made = created(trader, "Tech", "AAPL")
    other = a_trader(bob).trading
    for call in (
        lambda: created(trader, "Tech"),
        lambda: created(trader, ""),
        lambda: created(trader, "x" * 65),
        lambda: trader.trading.add_asset_to_watchlist_by_id(made.id, "AAPL"),
        lambda: trader.trading.update_watchlist_by_id(
            made.id, UpdateWatchlistRequest(symbols=["BTC", "BTC"])
        ),
    ):
        assert refused(call)[:2] == (422, 42210000)
    for call in (
        lambda: created(trader, "Other", "NONE"),
        lambda: trader.trading.remove_asset_from_watchlist_by_id(made.id, "BTC"),
        lambda: other.get_watchlist_by_id(made.id),
        lambda: other.delete_watchlist_by_id(made.id),
    ):
        assert refused(call)[:2] == (404, 40410000)
    assert other.get_watchlists() == []
    assert symbols_of(trader.trading.get_watchlist_by_id(made.id)) == ["AAPL"]
