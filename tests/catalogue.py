"""The catalogue of bad input: one table, for every operation that the OpenAPI document names.

A field has a *kind*, from its JSON schema or, where that says only "string", from its name. Each row
says which kinds a value is tried on and what may come back. The rows about imports, exports and ranges
of dates belong to features that are not built yet.
"""

import json
from dataclasses import dataclass

JSON, FORM, CSV = "application/json", "application/x-www-form-urlencoded", "text/csv"
EVERY = "every kind"
TEXTS = frozenset(
    ("name", "text", "note", "symbol", "currency", "email", "new-password", "time", "date", "choice")
)
TEXTS |= {"expiry", "far-date", "isin", "figi"}
# What a string is for; a field that stands nowhere here fails the test, so that no field is left out.
KINDS = {
    "Credentials.email": "credential",
    "Credentials.password": "credential",
    "SignInForm.username": "credential",
    "SignInForm.password": "credential",
    "SignInForm.scope": "left alone",
    "SignInForm.client_id": "left alone",
    "SignInForm.client_secret": "left alone",
    "PasswordChange.password": "credential",
    "PasswordChange.new_password": "new-password",
    "Registration.email": "email",
    "Registration.password": "new-password",
    "NewUser.password": "new-password",
    "NewUser.username": "name",
    "InstrumentTerms.delisted_on": "far-date",
    "name": "name",
    "symbol": "symbol",
    "security": "symbol",
    "benchmark": "symbol",
    "currency": "currency",
    "base_currency": "currency",
    "client_order_id": "own-id",
    "external_id": "own-id",
    "settlement_currency": "currency",
    "security_currency": "currency",
    "fee": "amount",
    "tax": "amount",
    "exchange_rate": "rate",
    "lots": "lots",
    "transactions": "rows",
    "cursor": "cursor",
    "figure": "figure",
    "into": "symbol",
    "basis_share": "share",
    "note": "note",
    "sector": "sector",
    "isin": "isin",
    "figi": "figi",
    "pair": "pair",
    "key_id": "key",
    "NewApiKey.expires_at": "expiry",
    "scopes": "scopes",
    "step_seconds": "seconds",
    "speed": "speed",
    "calendar": "market",
    "starting_balance": "amount",
    "settlement_days": "days",
    "take_profit": "take-profit",
    "stop_loss": "stop-loss",
    "borrowable": "units",
    "fees": "fees",
}
# What is tried on a value of one kind besides its own rows.
ALSO = {"number": {"positive"}, "share": {"number"}, "own-id": {"text"}, "note": {"text"}, "sector": {"text"}}
ALSO |= {"units": {"number"}}
ALSO |= {"speed": {"number"}, "seconds": {"number"}}


DATES = "date far-date"


@dataclass(frozen=True)
class Bad:
    """A value as it is written, the kinds it is tried on, and the answers that are right."""

    kinds: frozenset[str]
    raw: str
    answers: frozenset[tuple[int, str | None]]

    def allows(self, status: int, code: str | None) -> bool:
        """Whether this answer is right; a row without a code takes every documented one."""
        return (status, code) in self.answers or (status, None) in self.answers


def rows(kinds: str | frozenset[str], answers: str, *raws: str) -> list[Bad]:
    """Make rows; `answers` are like `422 not-positive, 400`."""
    right = frozenset(
        (int(status), code or None)
        for status, _, code in (one.strip().partition(" ") for one in answers.split(","))
    )
    every = kinds if isinstance(kinds, frozenset) else frozenset(kinds.split())
    return [Bad(every, raw, right) for raw in raws]


def _texts(kinds: str | frozenset[str], answers: str, *texts: str) -> list[Bad]:
    return rows(kinds, answers, *map(json.dumps, texts))


LONG_DIGITS = "7" * 5000
IN_BODY = [
    *rows(frozenset((EVERY,)), "400 json-nonfinite", "NaN", "Infinity", "-Infinity"),
    # Fees of nothing are fees; setting them is another matter.
    *rows(frozenset((EVERY,)), "422, 403 not-admin", "{}"),
    *rows(frozenset((EVERY,)), "422", "true", "[]", "[[1]]", '{"amount":1}', "1e400", "-1e400", "1.5e3000"),
    *rows(
        frozenset((EVERY,)), "400 bad-json", "'1'", "01", "1.", ".5", "+1", "0x10", "1_000", "nul", '"\\x41"'
    ),
    *rows("number amount", "422 number-out-of-range", "1" + "0" * 30, "1" * 21, "0." + "1" * 19, LONG_DIGITS),
    *rows(
        "number amount",
        "422 number-out-of-range",
        "1e20",
        "1e-19",
        "1e1000000000",
        "1E-999999",
        "1e999999999",
    ),
    *rows("number amount", "400 bad-json, 422 number-out-of-range", "1e" + "9" * 30, "1e-" + "9" * 30),
    *_texts(
        "number amount", "422 number-out-of-range", "1" * 21, "0." + "1" * 19, LONG_DIGITS, "1" + "0" * 30
    ),
    *_texts(
        "number amount", "422 invalid-number", "NaN", "sNaN", "inf", "Infinity", "1e1000000000", "1E-999999"
    ),
    *_texts(
        "number amount",
        "422 invalid-number",
        " 1 ",
        "1_000",
        "\u0661\u0662",
        "\uff11\uff12",
        "+5",
        "0x10",
        "1,5",
    ),
    *_texts(
        "number amount",
        "422 invalid-number",
        "",
        "-",
        ".5",
        "5.",
        "1e5",
        "1\n",
        "\u22121",
        "one",
        "1.2.3",
        "\0",
    ),
    *rows("positive", "422 not-positive", "0", "-0", "-0.0", "0e5", "-1", "-0.000000000000000001"),
    *_texts("positive", "422 not-positive", "0", "-0", "-0.0", "-1"),
    *rows("amount", "422 negative", "-1", "-0.000000000000000001", '"-1"'),
    *rows("lots rows", "422", "[null]", "[1]", "[{}]", '["a"]', '[[{"quantity":1}]]'),
    *rows("rate", "422", '{"pair":"USDEUR"}', '{"rate":1}', '{"pair":"USDEUR","rate":0}', '"USDEUR"'),
    *rows("rate", "422", '{"pair":"EURUSD","rate":-1}', '{"pair":"USD","rate":1}', '{"pair":1,"rate":1}'),
    *rows("integer", "404", "0", "-1", str(2**31), str(2**63), "1" + "0" * 30),
    *rows("integer", "422", LONG_DIGITS, "1.5", "1.0", '"1"', '" 1 "', '"1_000"'),
    *rows(TEXTS | {"credential"}, "422", "1", "1.5", '["BTC"]'),
    *_texts(
        "name text note",
        "422 invalid-text",
        "",
        " ",
        "\t \n",
        "\0",
        "a\0b",
        "\ud800",
        "a\udfffb",
        "a\nb",
        "\x7f",
    ),
    *_texts(
        "name text note", "422 invalid-text", "\u202egnp.exe", "a\u2066b", "\u2028", "e" + "\u0301" * 1000
    ),
    *_texts("name", "422 invalid-text", "n" * 101, "\U0001f600" * 101),
    *_texts("own-id", "422 invalid-text", "n" * 129, "\U0001f600" * 129),
    *_texts("sector", "422 invalid-text", "n" * 65, "\U0001f600" * 65),
    *_texts("note", "422 invalid-text", "n" * 501, "\U0001f600" * 501),
    *rows("share", "422 invalid-action", "-1", "-0.000000000000000001", "1.000000000000000001", '"1.5"'),
    *_texts(
        "symbol",
        "422 invalid-symbol",
        "",
        " ",
        "\0",
        "\ud800",
        "A\0",
        "=CMD()",
        "A B",
        "S" * 33,
        "S" * 100_000,
    ),
    *_texts(
        "symbol",
        "422 invalid-symbol",
        "\u0391\u0391PL",
        "\uff21APL",
        "\u0130",
        "\ufb03",
        "BTC\u200d",
        "' OR 1=1--",
    ),
    *_texts(
        "currency", "422 unknown-currency", "", "usd", "US", "USDT", "XXX", "\0", "\ud800", " USD", "\uff35SD"
    ),
    *_texts(
        "email",
        "422 invalid-email",
        "",
        " ",
        "plain",
        "@b.example",
        "a@",
        "a@b",
        "a b@c.example",
        "a@b@c.example",
    ),
    *_texts(
        "email", "422 invalid-email", "a@b.example\r\nBcc: x@y.example", "Al <a@b.example>", '"a b"@c.example'
    ),
    *_texts(
        "email",
        "422 invalid-email",
        "a" * 250 + "@b.example",
        "a\0@b.example",
        "\ud800@b.example",
        "a@[127.0.0.1]",
    ),
    *_texts(
        "new-password", "422 invalid-password", "", "elevenchars", "x" * 129, "x" * 4096, "twelve\0chars"
    ),
    *_texts(
        "new-password",
        "422 invalid-password",
        "\ud800" * 12,
        "000000000000",
        "01TELEmike01",
        "\U0001f600" * 11,
    ),
    *_texts("credential", "401 invalid-credentials", "", " ", "\0", "short", "' OR 1=1--", "*)(uid=*"),
    *_texts("credential", "401 invalid-credentials", "x" * 4096, "\u202e"),
    *_texts("credential", "422", "x" * 4097, "x" * 100_000, "\ud800"),
    *_texts(
        "time expiry", "422 invalid-time", "", "2026-01-01", "2026-01-01T00:00:00", "2023-02-29T00:00:00Z"
    ),
    *_texts(
        "time expiry",
        "422 invalid-time",
        "10000-01-01T00:00:00Z",
        "2026-01-01T00:00:60Z",
        "2026-01-01T24:00:01Z",
    ),
    *_texts(
        "time expiry", "422 invalid-time", "1767225600", " 2026-01-01T00:00:00Z", "2026-01-01T00:00:00+25:00"
    ),
    *_texts(
        "time expiry", "422", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"
    ),
    *_texts(
        "time",
        "422 time-out-of-range, 422 date-out-of-range, 422 clock-out-of-range",
        "1899-12-31T23:59:59Z",
        "2999-01-01T00:00:00Z",
    ),
    *rows("flag", "400 json-nonfinite", "NaN", "Infinity"),
    *rows("flag", "422", "1", "0", '"true"', '""', "[]", "{}", "1e400", "null"),
    *_texts(DATES, "422 invalid-date", "", "2023-02-29", "2024-1-2", "20240102", "10000-01-01", "2024-W01-1"),
    *_texts(DATES, "422 invalid-date", "2024-01-02T00:00:00Z", " 2024-01-02", "2024-01-02\n", "\0", "\ud800"),
    *_texts(DATES, "422 invalid-date", "\uff12024-01-02", "-001-01-01", "1704153600"),
    *_texts(DATES, "422 date-out-of-range", "0001-01-01", "1899-12-31"),
    *_texts("date", "422 date-out-of-range", "2999-01-01", "9999-12-31"),
    *_texts("isin", "422 invalid-isin", "", "US0378331004", "us0378331005", "US037833100", "US0378331005 "),
    *_texts("isin", "422 invalid-isin", "US037833100\uff15", "U" * 5000, "XX0378331005", "\u0130S0378331005"),
    *_texts("figi", "422 invalid-figi", "", "BBG000BLNNH5", "bbg000blnnh6", "BBG000BLNNH", "BBG000BLNNH6 "),
    *_texts("isin figi", "422", "\0", "\ud800", "\u0661" * 12),
    *rows("days", "422", "-1", "11", str(2**31), str(2**63), "1" + "0" * 30, LONG_DIGITS, "1.5", '"1"'),
    *rows("take-profit", "422", '{"limit_price":0}', '{"limit_price":-1}', '{"stop_price":1}', '"x"', "7"),
    *rows("stop-loss", "422", '{"limit_price":1}', '{"stop_price":0}', '{"stop_price":1,"limit_price":-1}'),
    *_texts("market", "404 calendar-not-found", "", "XMOON", "xnys", "24/7 ", "\0", "\ud800", "X" * 5000),
    *rows("units", "422 listing-out-of-range", "-1", '"-0.5"'),
    *rows("fees", "422", '"x"', "7", '{"rate":2}', '{"rate":-1}', '{"minimum":2,"maximum":1}', '{"fee":1}'),
    *rows("fees", "422", '{"per_unit":true}', '{"per_order":1e400}', '{"rate":[1]}', '{"\\ud800":1}'),
    *rows("daily", "422", '"x"', "7", '{"2024-01-02":0}', '{"2024-01-02":"x"}', '{"2024-01-02":true}'),
    *rows("daily", "422", '{"2023-02-29":1}', '{"1899-12-31":1}', '{"2999-01-01":1}', '{"2024-01-02":[1]}'),
    *rows("daily", "422", '{"2024-01-02":1e400}', '{"2024-01-02":1e-19}', '{"\\ud800":1}', '{"":1}'),
    *rows("daily", "400", '{"2024-01-02":1,"2024-01-02":1}', '{"2024-01-02":NaN}'),
    *rows("daily", "422", "{" + ",".join(f'"{year}-01-01":1' for year in range(1100, 2001)) + "}"),
    *_texts("choice", "422", "", "BUY", " buy", "hold", "buy\0", "\ud800"),
]
