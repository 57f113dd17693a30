"""Assets: declared, and withdrawn unless sold since."""

from decimal import Decimal

import pytest
from hypothesis import given

from steward.domain.assets import AssetSold, declared, withdrawn
from steward.domain.positions import Position, fold
from steward.domain.transactions import Kind
from tests.factories import AT, LATER, a_transaction, numbers


def test_a_declaration_is_a_transfer_in_without_cost() -> None:
    entry = declared("ABC", Decimal(2), at=AT)
    assert (entry.kind, entry.symbol, entry.occurred_at) == (Kind.TRANSFER_IN, "ABC", AT)
    assert entry.quantity == 2
    assert (entry.price, entry.gross_amount, entry.fill_id, entry.reverses) == (None, None, None, None)


@given(numbers(positive=True), numbers())
def test_a_declaration_is_withdrawn_unless_part_of_it_is_gone(quantity: Decimal, held: Decimal) -> None:
    asset = a_transaction(declared("ABC", quantity, at=AT), id_=3)
    position = Position("ABC", held)
    if held < quantity:
        with pytest.raises(AssetSold):
            withdrawn(asset, position, at=LATER)
    else:
        entry = withdrawn(asset, position, at=LATER)
        assert (entry.reverses, entry.occurred_at) == (3, LATER)
        assert fold([asset.entry, entry])["ABC"].quantity == 0
