"""Who may sign in: users, their sessions, and the rules for e-mails, usernames and passwords."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from uuid import UUID

from steward.domain.errors import Conflict, Forbidden, InvalidValue, NotFound, Unauthenticated
from steward.domain.text import NAME_MAXIMUM, NFC_SHRINKS_AT_MOST, InvalidText, checked_name, checked_text

EMAIL_MAXIMUM = 254
EMAIL_LOCAL_MAXIMUM = 64
# Folding a username of 100 characters can make three of one ("ﬃ" becomes "ffi").
LOGIN_MAXIMUM = 300
PASSWORD_MINIMUM = 12
PASSWORD_MAXIMUM = 128

_LOCAL = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*")
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
# The last label is not a number, so that no IP address passes for a domain.
_DOMAIN = re.compile(rf"(?=.{{1,253}}$)(?:{_LABEL}\.)+(?![0-9]+$){_LABEL}")
_NEVER_IN_A_PASSWORD = re.compile("[\x00\ud800-\udfff]")


class InvalidEmail(InvalidValue):
    """Not an e-mail address that Steward accepts."""

    code = "invalid-email"


class InvalidPassword(InvalidValue):
    """A password that may not be chosen."""

    code = "invalid-password"


class InvalidCredentials(Unauthenticated):
    """The one answer to every failed sign-in, so that it never tells whether the account exists."""

    code = "invalid-credentials"

    def __init__(self) -> None:
        super().__init__("The e-mail or the password is wrong.")


class LoginTaken(Conflict):
    """Somebody has this e-mail or username already."""

    code = "login-taken"

    def __init__(self, *, pointer: str | None = None) -> None:
        super().__init__("This e-mail or username is taken.", pointer=pointer)


class UserNotFound(NotFound):
    """Nobody has this e-mail."""

    code = "user-not-found"


class NotAdmin(Forbidden):
    """Only an administrator may do what concerns everybody."""

    code = "not-admin"

    def __init__(self) -> None:
        super().__init__(
            "Only an administrator may do this: the first user is one, the operator makes others."
        )


class EmailNotConfirmed(Conflict):
    """The sign-in provider waits until the owner of the address has followed its link."""

    code = "email-not-confirmed"

    def __init__(self) -> None:
        super().__init__("Confirm the e-mail address with the link that was sent to it, then sign in.")


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who signs in: (issuer, subject) is who they are, `login` their key by `canonical_login`."""

    id: UUID
    login: str | None
    email: str | None
    username: str | None
    issuer: str
    subject: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in of one user, on one device."""

    id: UUID
    user_id: UUID
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    address: str
    user_agent: str

    def is_open(self, at: datetime) -> bool:
        """Whether requests of this session are accepted at the moment `at`."""
        return self.revoked_at is None and at < self.expires_at


def checked_email(text: str) -> str:
    """Return the canonical form of an e-mail address, under which it is unique.

    Trimmed, NFC, case-folded; the domain in its ASCII form (IDNA 2003, RFC 3490), so that
    `a@MÜNCHEN.de` and `a@xn--mnchen-3ya.de` are one address. The part before the `@` is dot-separated
    atoms (RFC 5322), letters and digits of any script included; quotes, comments, display names,
    address literals and domains of one label are refused. At most 254 characters.

    Raises:
        InvalidEmail: anything else.
    """
    typed = text.strip(" ")
    local, at_sign, domain = typed.rpartition("@")
    if at_sign and len(typed) <= EMAIL_MAXIMUM:
        local, domain = _folded(local), _ascii_domain(domain)
        email = f"{local}@{domain}"
        short = len(local) <= EMAIL_LOCAL_MAXIMUM and len(email) <= EMAIL_MAXIMUM
        if short and _LOCAL.fullmatch(local) and _DOMAIN.fullmatch(domain):
            return email
    detail = f"An e-mail address looks like name@example.com and has at most {EMAIL_MAXIMUM} characters."
    raise InvalidEmail(detail, pointer="/email")


def checked_username(text: str) -> str:
    """Return the username as it is shown: NFC, trimmed, 1 to 100 characters; see `canonical_login`.

    Raises:
        InvalidText: the rule for names is broken.
    """
    return checked_name(text, pointer="/username")


def canonical_login(text: str) -> str:
    """Return the key under which an e-mail or a username is unique, at most 300 characters.

    An e-mail typed as a username has the key of that e-mail. Text that can be nobody's login has the
    empty key, which nobody has, so that a sign-in with it takes the same way as any other.
    """
    try:
        typed = checked_text(text, pointer="/username", maximum=EMAIL_MAXIMUM)
    except InvalidText:
        return ""
    try:
        return checked_email(typed)
    except InvalidEmail:
        return _folded(typed) if len(typed) <= NAME_MAXIMUM else ""


def normalized_password(password: str) -> str:
    """Return the password in the form that is hashed: NFC, otherwise every character as typed.

    "é" is one character or two, depending on the keyboard: normalised, both are one password.

    Raises:
        InvalidPassword: over 128 characters, or NUL or a lone surrogate in it.
    """
    if _NEVER_IN_A_PASSWORD.search(password):
        raise _invalid_password("A password holds no NUL and no lone surrogate.")
    if len(password) <= PASSWORD_MAXIMUM * NFC_SHRINKS_AT_MOST:
        password = unicodedata.normalize("NFC", password)
    if len(password) > PASSWORD_MAXIMUM:
        raise _invalid_password(f"A password has at most {PASSWORD_MAXIMUM} characters.")
    return password


def checked_password(password: str, *, logins: Collection[str]) -> None:
    """Check that a user with these e-mails or usernames may choose this password.

    Raises:
        InvalidPassword: not 12 to 128 characters (in NFC), NUL or a lone surrogate in it, one of the
            10,000 commonest, or one of `logins`; the last two without regard to case.
    """
    normalized = normalized_password(password)
    if len(normalized) < PASSWORD_MINIMUM:
        raise _invalid_password(f"A password has at least {PASSWORD_MINIMUM} characters.")
    if normalized.casefold() in _common_passwords():
        raise _invalid_password("This password is one of the commonest: choose another.")
    key = canonical_login(password)
    if key and key in {canonical_login(login) for login in logins}:
        raise _invalid_password("The password must differ from the e-mail and the username.")


def _invalid_password(detail: str) -> InvalidPassword:
    return InvalidPassword(detail, pointer="/password")


def _folded(text: str) -> str:
    """Fold case: two texts have one result exactly when they match canonically (Unicode 3.13, D145)."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", text).casefold())


def _ascii_domain(domain: str) -> str:
    """Return the domain with every label in its ASCII form, or "" if there is none."""
    try:
        # Decoding checks that what begins with xn-- is the one encoding of its name.
        unicode_form = _folded(domain).encode("idna").decode("idna")
        return unicode_form.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return ""


@cache
def _common_passwords() -> frozenset[str]:
    """Return those of the public lists of commonest passwords that are long enough to be chosen at all."""
    text = files("steward.domain").joinpath("common_passwords.txt").read_text(encoding="ascii")
    return frozenset(text.splitlines())
