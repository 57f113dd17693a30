"""Allocation: everything is in one slice, and the slices are the whole, to the last digit."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from steward.domain.allocation import Division, Slice, SliceKind, divided_by, weight
from steward.domain.holdings import report
from steward.domain.instruments import Instrument, InstrumentKind
from steward.domain.money import UNKNOWN, total
from steward.domain.story import Method, Story
from steward.domain.transactions import Kind
from tests.laws_of_explanations import explains_report
from tests.ledgers import a_story, buy, day, happened

NAMED, CASH, UNCLASSIFIED = SliceKind
AT = day("2024-01-05")
STOCK = InstrumentKind.STOCK
USA = Instrument("USA", "USD", kind=STOCK, sector="Energy", country="US")
TEC = Instrument("TEC", "USD", kind=STOCK, sector="Technology", country="CH")
PEN = Instrument("PEN", "GBp", sector="Energy")
DAY = "2024-01-02"


def divided(story: Story, division: Division, currency: str = "EUR") -> dict[tuple[SliceKind, str], Slice]:
    made = report(story, at=AT, currency=currency, method=Method())
    slices = divided_by(division, made.appraisal, story.market)
    held = [one.symbol for one in made.appraisal.holdings]
    assert sorted(symbol for one in slices for symbol in one.symbols) == held
    known = [one.value for one in slices if not one.value.is_nan()]
    assert total(known) == made.appraisal.net_worth
    assert len({(one.kind, one.name) for one in slices}) == len(slices)
    return {(one.kind, one.name): one for one in slices}


def bought(**more: object) -> Story:
    ledger = [buy(DAY, symbol, "1", "1") for symbol in ("USA", "TEC", "XYZ")]
    ledger += [buy(DAY, "PEN", "100", "1", currency="GBP"), happened(Kind.DEPOSIT, DAY, gross="100")]
    known = {
        "instruments": (USA, TEC, PEN),
        "prices": {"USA": {DAY: "10"}, "TEC": {DAY: "20"}, "XYZ": {DAY: "30"}, "PEN": {DAY: "200"}},
        "rates": {"USDEUR": {DAY: "0.5"}, "GBPEUR": {DAY: "2"}},
    }
    return a_story(*ledger, **{**known, **more})  # type: ignore[arg-type]  # as the test says


def test_what_is_held_is_divided_by_what_is_recorded_of_it() -> None:
    story = bought()
    cash = Decimal(97) / 2 - 2
    assert {key: one.value for key, one in divided(story, Division.CLASS).items()} == {
        (NAMED, "other"): 400,
        (NAMED, "stock"): 15,
        (CASH, ""): cash,
        (UNCLASSIFIED, ""): 15,
    }
    assert {key: one.value for key, one in divided(story, Division.CURRENCY).items()} == {
        (NAMED, "GBP"): 400 - 2,
        (NAMED, "USD"): 30 + Decimal(97) / 2,
    }
    assert {key: one.value for key, one in divided(story, Division.SECTOR).items()} == {
        (NAMED, "Energy"): 405,
        (NAMED, "Technology"): 10,
        (CASH, ""): cash,
        (UNCLASSIFIED, ""): 15,
    }
    by_country = divided(story, Division.COUNTRY)
    assert list(by_country) == [(NAMED, "CH"), (NAMED, "US"), (CASH, ""), (UNCLASSIFIED, "")]
    assert by_country[UNCLASSIFIED, ""].symbols == ("PEN", "XYZ")
    assert [one.currency for one in by_country[CASH, ""].cash] == ["GBP", "USD"]


def test_what_has_no_price_stays_in_its_slice_without_a_value() -> None:
    story = bought(prices={"TEC": {DAY: "20"}, "PEN": {DAY: "200"}})
    by_sector = divided(story, Division.SECTOR)
    energy, rest = by_sector[NAMED, "Energy"], by_sector[UNCLASSIFIED, ""]
    assert (energy.symbols, energy.value, energy.coverage) == (("PEN", "USA"), Decimal(400), 0.5)
    assert (rest.symbols, rest.coverage) == (("XYZ",), 0)
    assert rest.value.is_nan()
    by_currency = divided(story, Division.CURRENCY)
    assert by_currency[NAMED, "USD"].symbols == ("TEC", "USA")
    assert by_currency[UNCLASSIFIED, ""].symbols == ("XYZ",)
    explains_report(story, at=AT, since=None, currency="EUR", method=Method())


def test_without_a_rate_nothing_of_that_currency_has_a_value() -> None:
    story = bought(rates={"GBPEUR": {DAY: "2"}})
    by_sector = divided(story, Division.SECTOR)
    assert (by_sector[NAMED, "Energy"].value, by_sector[NAMED, "Energy"].coverage) == (Decimal(400), 0.5)
    assert by_sector[NAMED, "Technology"].value.is_nan()
    assert (by_sector[CASH, ""].value, by_sector[CASH, ""].coverage) == (Decimal(-2), 0.5)
    explains_report(story, at=AT, since=None, currency="EUR", method=Method())


def test_a_weight_is_a_share_of_what_there_is() -> None:
    assert weight(Decimal(1), Decimal(4)) == 0.25
    assert weight(Decimal(-1), Decimal(4)) == -0.25
    for value, whole in ((Decimal(1), Decimal(0)), (Decimal(1), Decimal(-1)), (UNKNOWN, Decimal(4))):
        assert weight(value, whole) is None


def test_nothing_held_is_nothing_divided() -> None:
    for division in Division:
        assert divided(a_story(), division) == {}


tiny = st.integers(1, 10**30).map(lambda count: Decimal(count).scaleb(-18))


@given(
    st.lists(
        st.tuples(tiny, st.sampled_from(("Energy", "Health", None)), st.booleans()), min_size=1, max_size=8
    ),
    tiny,
    st.sampled_from(("EUR", "USD")),
)
def test_the_slices_add_up_to_the_net_worth_and_explain_themselves(
    held: list[tuple[Decimal, str | None, bool]], rate: Decimal, currency: str
) -> None:
    names = [f"S{place}" for place in range(len(held))]
    instruments = tuple(
        Instrument(name, "USD" if foreign else "EUR", kind=STOCK, sector=sector, country=sector and "US")
        for name, (_, sector, foreign) in zip(names, held, strict=True)
    )
    story = a_story(
        *(buy(DAY, name, f"{one[0]:f}", "1") for name, one in zip(names, held, strict=True)),
        instruments=instruments,
        prices={name: {DAY: f"{one[0] + 1:f}"} for name, one in zip(names, held, strict=True)},
        rates={"USDEUR": {DAY: f"{rate:f}"}},
    )
    for division in Division:
        slices = divided(story, division, currency)
        for one in slices.values():
            worth = Fraction(total(cash.value for cash in one.cash if cash.value is not None))
            for piece in one.pieces:
                assert piece.subtotal.rate is not None
                worth += Fraction(piece.amount) * Fraction(piece.subtotal.rate.rate)
            off = abs(Fraction(one.value) - worth)
            assert off <= Fraction(len(slices), 10**18)
    explains_report(story, at=AT, since=None, currency=currency, method=Method())
