"""The values on the page of ports."""

from itertools import product

from steward.usecases.values import HoldingsVersion


def test_c6_two_versions_are_written_alike_only_when_they_are_one() -> None:
    counts = [0, 1, 2, 11, 12, 21, 111, 2**63 - 1]
    versions = [HoldingsVersion(*pair) for pair in product(counts, counts)]
    assert len({str(version) for version in versions}) == len(versions)
    assert str(HoldingsVersion(3, 7)) == str(HoldingsVersion(3, 7)) == "3-7"
