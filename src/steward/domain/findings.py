"""Findings: what a check of stored figures has found wrong."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken invariant, by its id in the list of invariants, and where."""

    invariant: str
    subject: str
    detail: str
