"""API keys: made of 256 random bits, kept as a keyed hash, presented as an id and a secret.

The secret says whose key it is, so that it can be looked up together with what is asked for. Its text is
base64url of: 8 bytes that name the server's secret, 16 of the owner's id, 8 of a portfolio's id or 0, 32
random ones, and a CRC-32 of all these, by which a mistyped one is known without being looked up.
"""

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from typing import Final
from uuid import UUID
from zlib import crc32

from steward.domain.api_keys import KeyRefused
from steward.infrastructure.auth.tokens import secret_id
from steward.usecases.values import IssuedKey, PresentedKey

_ID = re.compile(r"ST[A-Z2-7]{18}", re.ASCII)
_SECRET = re.compile(r"[A-Za-z0-9_-]{91}", re.ASCII)
_ID_LETTERS: Final = 18
_RANDOM_BYTES: Final = 32
_OWNER = slice(8, 24)
_PORTFOLIO = slice(24, 32)
_PURPOSE: Final = b"steward api keys"


class KeyRing:
    """Makes keys with the server's secret, and reads those made with it or with one of the previous ones."""

    def __init__(self, secret: str, previous: Sequence[str]) -> None:
        self._current = secret_id(secret)
        # Derived: what signs sessions hashes nothing else.
        self._derived = {
            secret_id(one): hmac.digest(one.encode(), _PURPOSE, "sha256") for one in (*previous, secret)
        }

    def issue(self, *, owner_id: UUID, portfolio_id: int | None) -> IssuedKey:
        """Make a key that nobody has."""
        id_ = "ST" + base64.b32encode(secrets.token_bytes(12)).decode()[:_ID_LETTERS]
        body = bytes.fromhex(self._current) + owner_id.bytes + (portfolio_id or 0).to_bytes(8)
        body += secrets.token_bytes(_RANDOM_BYTES)
        secret = base64.urlsafe_b64encode(body + crc32(body).to_bytes(4)).decode().rstrip("=")
        return IssuedKey(id_, secret, self._current, self._hash(self._current, id_, secret))

    def read(self, key_id: str, secret: str, *, scope: str) -> tuple[UUID, PresentedKey]:
        """Give whose key this says it is, and what must be kept for that to be true.

        Raises:
            KeyRefused: it is none of any server's.
        """
        if not _ID.fullmatch(key_id) or not _SECRET.fullmatch(secret):
            raise KeyRefused
        try:
            raw = base64.urlsafe_b64decode(secret + "=")
        except binascii.Error:
            raise KeyRefused from None
        body = raw[:-4]
        if crc32(body).to_bytes(4) != raw[-4:]:
            raise KeyRefused
        # One that a forgotten secret made is looked up like any other, and not found.
        hashed = self._hash(body[:8].hex(), key_id, secret)
        portfolio_id = int.from_bytes(body[_PORTFOLIO]) or None
        return UUID(bytes=body[_OWNER]), PresentedKey(key_id, hashed, scope, portfolio_id)

    def _hash(self, made_with: str, key_id: str, secret: str) -> str:
        derived = self._derived.get(made_with, self._derived[self._current])
        return hmac.new(derived, f"{key_id}.{secret}".encode(), hashlib.sha256).hexdigest()
