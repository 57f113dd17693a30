"""Moments in UTC, and their one way of being written."""

from datetime import UTC, datetime


def instant_text(moment: datetime) -> str:
    """Write a moment in UTC as RFC 3339 with microseconds, such as 2026-01-31T09:30:00.000000Z."""
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return moment.isoformat(timespec="microseconds")[:-6] + "Z"
