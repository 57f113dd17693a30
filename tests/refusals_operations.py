"""The operations of the OpenAPI document, and what each parameter and field is for."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.catalogue import ALSO, EVERY, KINDS

VALID = {
    "number": "1", "symbol": '"BTC"', "name": '"A name"', "own-id": '"a text"', "currency": '"USD"',
    "email": '"somebody@example.com"', "new-password": '"another good 17 phrase"', "choice": '"buy"',
    "credential": '"somebody@example.com"', "time": '"2026-01-01T00:00:00Z"', "left alone": '""',
    "integer": "1", "isin": '"US0378331005"', "figi": '"BBG000BLNNH6"', "flag": "true",
    "daily": '{"2024-01-02":1}', "date": '"2024-01-02"', "far-date": '"2024-01-02"',
    "note": '"a note"', "sector": '"Energy"', "amount": "0", "share": "0.5",
    "rate": '{"pair":"USDEUR","rate":1}', "lots": '[{"transaction_id":1,"quantity":1}]',
    "expiry": '"2098-01-01T00:00:00Z"', "scopes": '["read"]', "speed": "1", "seconds": "1",
    "days": "1", "take-profit": '{"limit_price":1}', "stop-loss": '{"stop_price":1}',
    "market": '"24/7"', "units": "5", "fees": '{"rate":0.01}',
    "rows": '[{"kind":"deposit","trade_date":"2026-01-02","gross_amount":1}]',
}  # fmt: skip
# The kinds that state the most.
VALID_OF = {"NewOrder.venue": '"book"', "NewAction.kind": '"merger"', "NewTransaction.kind": '"buy"'}


@dataclass(frozen=True)
class Field:
    """A path or query parameter, or a field of a body."""

    name: str
    kinds: frozenset[str]
    required: bool
    nullable: bool
    valid: str = ""


@dataclass(frozen=True)
class Operation:
    """One operation of the document: its parameters, and the fields of its body if it takes one."""

    method: str
    path: str
    in_path: tuple[Field, ...]
    in_query: tuple[Field, ...]
    body_type: str | None
    fields: tuple[Field, ...]
    signed_in: bool

    @property
    def name(self) -> str:
        """Method and path."""
        return f"{self.method} {self.path}"


def operations(document: Mapping[str, Any]) -> Iterator[Operation]:
    """Give every operation of the document."""
    for path, methods in document["paths"].items():
        for method, one in methods.items():
            parameters = one.get("parameters", [])
            content = one.get("requestBody", {}).get("content", {})
            body_type, body = next(iter(content.items()), (None, dict[str, Any]()))
            schema = _resolved(_without_null(body.get("schema", {})), document)
            found = {
                where: tuple(_parameter(p, document) for p in parameters if p["in"] == where)
                for where in ("path", "query")
            }
            yield Operation(
                method.upper(),
                path,
                found["path"],
                found["query"],
                body_type,
                tuple(
                    _field(name, field, schema, document)
                    for name, field in schema.get("properties", {}).items()
                ),
                bool(one.get("security")),
            )


def _without_null(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give the schema of a body that may be left out."""
    found: list[Mapping[str, Any]] = [
        one for one in schema.get("anyOf", [schema]) if one.get("type") != "null"
    ]
    return found[0]


def _resolved(schema: Mapping[str, Any], document: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = schema.get("$ref")
    if reference is None:
        return schema
    found: Mapping[str, Any] = document["components"]["schemas"][reference.rpartition("/")[2]]
    return found


def _parameter(parameter: Mapping[str, Any], document: Mapping[str, Any]) -> Field:
    name, schema = parameter["name"], parameter["schema"]
    kinds = {_kind("", name, schema, document)}
    if kinds == {"integer"} and any(one.get("minimum") == 0 for one in schema.get("anyOf", [schema])):
        kinds = {"sequence"}
    if kinds == {"integer"}:
        kinds |= {{"page": "page", "items_per_page": "size", "limit": "limit"}.get(name, "absent-id")}
    words = [word for one in schema.get("anyOf", [schema]) for word in one.get("enum", ())]
    valid = words[0] if words else ""
    return Field(name, frozenset(kinds), bool(parameter.get("required")), nullable=False, valid=valid)


def _field(name: str, schema: Mapping[str, Any], of: Mapping[str, Any], document: Mapping[str, Any]) -> Field:
    choices = [_resolved(one, document) for one in schema.get("anyOf", [schema])]
    nullable = any(one.get("type") == "null" for one in choices)
    kind = _kind(of["title"], name, schema, document)
    words = [json.dumps(word) for one in choices for word in one.get("enum", ())]
    valid = VALID_OF.get(f"{of['title']}.{name}") or (words[0] if words else VALID[kind])
    kinds = frozenset((kind,)) if kind == "flag" else frozenset((kind, EVERY, *ALSO.get(kind, ())))
    return Field(name, kinds, name in of.get("required", ()), nullable, valid)


def _kind(owner: str, name: str, schema: Mapping[str, Any], document: Mapping[str, Any]) -> str:
    choices = [_resolved(one, document) for one in schema.get("anyOf", [schema])]
    choices = [inner for one in choices for inner in one.get("anyOf", [one]) if inner.get("type") != "null"]
    one = choices[0]
    if one["type"] in ("number", "integer"):
        return KINDS.get(name) or str(one["type"])
    if one["type"] == "boolean":
        return "flag"
    if one["type"] == "object":
        return KINDS.get(name, "daily")
    if "enum" in one or "const" in one:
        return "choice"
    if "format" in one and f"{owner}.{name}" not in KINDS:
        return {"uuid": "uuid", "date-time": "time", "date": "date"}[one["format"]]
    return KINDS.get(f"{owner}.{name}") or KINDS[name]
