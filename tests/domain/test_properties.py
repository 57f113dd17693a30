"""Every law on random histories: few here, 10,000 by `make histories`."""

import pytest

from tests.laws import LAWS, Law
from tests.long import histories
from tests.long.histories import held
from tests.tales import Tale
from tests.told import reported


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_law(law: Law) -> None:
    seen, broke = held([law.__name__], 20, 7)
    assert not broke, broke[0]
    assert seen >= 20


def nothing_is_ever_bought(tale: Tale) -> None:
    assert not any(one.quantity > 0 for one in reported(tale).by_symbol.values())


def test_a_broken_law_is_found_and_told_by_its_smallest_history(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(histories, "LAWS", (nothing_is_ever_bought,))
    seen, found = held(["nothing_is_ever_bought"], 200, 1)
    assert seen < 200
    assert len(found) == 1
    assert len([line for line in found[0].splitlines() if " in 1 " in line or " in 2 " in line]) <= 2
