"""The catalogue of bad input outside the values of a body: addresses, queries, whole bodies, headers."""

from tests.catalogue import EVERY, LONG_DIGITS, rows

# Percent-encoded, as it stands in an address.
IN_ADDRESS = [
    *rows(
        "integer sequence",
        "422",
        "-1",
        str(2**63),
        "1" + "0" * 25,
        LONG_DIGITS,
        "abc",
        "1.0",
        "1e3",
        "0x10",
        "NaN",
    ),
    *rows(
        "integer sequence",
        "422",
        "1_000",
        "+5",
        "%2B5",
        "%201",
        "1%20",
        "1%0A",
        "%D9%A1",
        "%EF%BC%91",
        "%00",
        "1%00",
    ),
    *rows(
        "integer sequence",
        "422",
        "true",
        "null",
        "1%2F2",
        "1;DROP",
        "%27%20OR%201=1--",
        "..%2F..%2Fetc%2Fpasswd",
    ),
    *rows("integer sequence", "422, 400 bad-query", "%FF", "%ED%A0%80", "%C0%80"),
    *rows("integer", "422", "0"),
    *rows("absent-id", "404", str(2**31), str(2**32), str(2**63 - 1), "000000000999999999"),
    *rows("uuid", "404", "FFFFFFFF-FFFF-7FFF-BFFF-FFFFFFFFFFFF", "00000000-0000-0000-0000-000000000000"),
    *rows(
        "uuid", "422 invalid-id", "1", "not-a-uuid", "%00", "%FF", "0" * 32, "g" * 36, LONG_DIGITS, "%27--"
    ),
    *rows("uuid", "422 invalid-id", "%7B00000000-0000-0000-0000-000000000000%7D", "0" * 36, "..%2F"),
    *rows("uuid", "422 invalid-id", "urn:uuid:00000000-0000-0000-0000-000000000000", "-" * 36),
    *rows("uuid", "422 invalid-id", "%EF%BC%91" * 8 + "-0000-0000-0000-000000000000"),
    *rows(
        "symbol",
        "422 invalid-symbol",
        "%00",
        "%EF%BC%A1APL",
        "S" * 33,
        "=CMD()",
        "A%20B",
        "%27OR",
        "A%0A",
        "%25",
    ),
    *rows("symbol", "422 invalid-symbol, 400 bad-query", "%FF", "%ED%A0%80"),
    *rows("pair", "422 invalid-pair", "%00", "usdeur", "USDUSD", "USDXXX", "USD", "USDEURCHF", "%27OR"),
    *rows("pair", "422 invalid-pair, 400 bad-query", "%FF", "%ED%A0%80", "%EF%BC%B5SDEUR"),
    *rows("flag", "422 invalid-flag", "", "1", "0", "yes", "True", "true%20", "%00", "null"),
    *rows("currency", "422 unknown-currency", "", "usd", "US", "USDT", "XXX", "%00", "%EF%BC%B5SD"),
    *rows("date", "422 invalid-date", "", "2023-02-29", "2024-1-2", "20240102", "today", "%00", "0%0A"),
    *rows("date", "422 invalid-date", "10000-01-01", "2024-01-02T00:00:00Z", "%EF%BC%92024-01-02"),
    *rows("date", "422, 400 bad-query", "%FF", "%ED%A0%80"),
    *rows("date", "422 date-out-of-range", "0001-01-01", "1899-12-31", "2999-01-01", "9999-12-31"),
    *rows("figure", "404 figure-not-found", "", "x", ".", "%00", "%C3%A9", "A" * 5000, "%27%20OR%201=1--"),
    *rows("figure", "404 figure-not-found", "holdings.totals.__class__", "performance.returns.__dict__"),
    *rows("figure", "404 figure-not-found", "HOLDINGS.TOTALS.NET_WORTH", "holdings.totals.net_worth%20"),
    *rows("figure", "404 figure-not-found", "valuation.net_worth.0", "gains.1999", "history.days.0.value"),
    *rows("figure", "400 bad-query", "%FF", "%ED%A0%80"),
    *rows("page", "422", str(10**12 + 1), str(10**22)),
    *rows("size", "422", "101", str(10**6)),
    *rows("limit", "422", "1001", str(10**6)),
    # An empty part of a path leads nowhere.
    *rows("choice", "422, 404 not-found", ""),
    *rows("choice", "422", "PENDING", "pending%00", "*", "1%20OR%201=1", "%D0%B5xecuted"),
    *rows("date", "422 invalid-date", "", "2026-13-01", "20260105", "x", "%00", "2026-01-05T00:00:00Z"),
    *rows(
        "cursor",
        "400 bad-cursor",
        "",
        "x",
        "AAAA",
        "djE6",
        "djE6LTE",
        "djI6MQ",
        "%00",
        "%C3%A9",
        "%25",
        "12345",
    ),
    *rows("cursor", "422", "A" * 65, "A" * 5000),
]
# Whole query strings, for operations whether they know parameters or not.
QUERIES = [
    *rows(
        EVERY, "422 unknown-parameter", "sort=password_hash", "owner_id=1", "Page=1", "%00=1", "=1", "zz[]=1"
    ),
    *rows(EVERY, "400 bad-query", "a=%FF", "%FF=1", "&".join(f"p{n}=1" for n in range(51))),
]
# Whole bodies, whatever the operation takes.
DEEP = 200_000
BODIES: list[tuple[bytes, frozenset[tuple[int, str | None]]]] = [
    (raw, frozenset({(400, "bad-json")}))
    for raw in (
        b"", b" ", b"{", b'{"a":', b'{"a":1', b"{} {}", b"{}x", b"{},", b"\xef\xbb\xbf{}",
        "{}".encode("utf-16"), "{}".encode("utf-32"), '{"a":"é"}'.encode("latin-1"), b'{"a":"\xff"}',
        b'{"a":"\xc0\x80"}',
        b'{"a":"\xed\xa0\x80"}', b"[" * DEEP, b"[" * DEEP + b"]" * DEEP, b'{"a":' * 33 + b"1" + b"}" * 33,
        b"[" * 33 + b"]" * 33, b"{" + b",".join(b'"k%d":1' % n for n in range(1001)) + b"}", b"{'a':1}",
        b"{a:1}", b'{"a":1,}', b'{"a":"\n"}', b"/**/{}", b"\x00", b"{}\x00",
    )
] + [
    (raw, frozenset({(422, None)})) for raw in (b"null", b"[]", b"true", b"1", b'"{}"', b"[[]]", b"1e400")
]  # fmt: skip
CONTENT_TYPES = (
    None, "", "text/plain", "text/json", "application/jsonp", "application/json, text/plain",
    "application/json; charset=utf-16", "application/json; charset=latin-1", "application/problem+json",
    "multipart/form-data; boundary=x", "application/xml", "*/*",
)  # fmt: skip
UNWANTED = ("owner_id", "id", "status", "executed_qty", "is_admin", "__class__", "created_at", "\u202e", "")
