"""Steward: a self-hosted portfolio server."""

__version__ = "0.1.0"
