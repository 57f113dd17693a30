"""Operations: one per method and path, declared once, documented by FastAPI and served by the edge.

FastAPI makes the OpenAPI document from the very functions that answer (describing.py); the edge calls
them without FastAPI's own request handling, which costs more than all the rest (docs/decisions/0002).
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from keyword import iskeyword
from typing import Any, get_args, get_type_hints
from urllib.parse import parse_qsl

from pydantic import BaseModel, TypeAdapter, ValidationError

from steward.api import json
from steward.api.bodies import BODY_MAXIMUM
from steward.api.call import Call
from steward.api.problems import Answer, HttpRefusal, InvalidInput
from steward.domain.api_keys import KeyScope

Endpoint = Callable[..., Awaitable[Answer]]

# Longer bodies are read in a thread.
_LARGE = 64 * 1024
_ERRORS_MAXIMUM = 100
JSON = b"application/json"
FORM = b"application/x-www-form-urlencoded"
CSV = b"text/csv"
# Where pydantic's own sentence would name a class of ours, or the caller's text.
_WORDS = {
    "extra_forbidden": "There is no such field here.",
    "model_type": "The body must be a JSON object.",
}


@dataclass(frozen=True, slots=True)
class Operation:
    """What the edge needs to answer one method of one path."""

    method: str
    path: str
    name: str
    endpoint: Endpoint
    signed_in: bool
    scope: KeyScope
    cookie: bool
    body_type: bytes | None
    body_maximum: int
    path_values: tuple[tuple[str, TypeAdapter[Any]], ...]
    query_values: Mapping[str, TypeAdapter[Any]]
    body_model: type[BaseModel] | None
    body_optional: bool
    keys_maximum: int
    at_root_only: bool
    document: Mapping[str, Any] = field(repr=False)

    async def __call__(self, call: Call, segments: list[str]) -> Answer:
        """Parse the input and answer. Raises Refusal."""
        values: dict[str, Any] = {}
        for (name, adapter), text in zip(self.path_values, segments, strict=True):
            values[name] = _validated(adapter, text, f"/path/{name}")
        # What answers everything below its path leaves the query to the page that it gives.
        if call.query and not self.path.endswith("/*"):
            self._read_query(call.query, values)
        if self.body_model is not None:
            values["body"] = await self._body(call)
        return await self.endpoint(call, **values)

    def body_expected(self, headers: Mapping[bytes, bytes]) -> bytes | None:
        """Give the content type that the body must have; None where none is, or where it is left out."""
        left_out = (
            self.body_optional
            and b"content-type" not in headers
            and headers.get(b"content-length", b"0") == b"0"
            and b"transfer-encoding" not in headers
        )
        return None if left_out else self.body_type

    async def _body(self, call: Call) -> BaseModel | None:
        if self.body_expected(call.headers) is None:
            return None
        if len(call.body) > _LARGE:
            # Others go on meanwhile.
            return await asyncio.to_thread(self._read_body, call.body)
        return self._read_body(call.body)

    def _read_query(self, query: bytes, values: dict[str, Any]) -> None:
        try:
            pairs = parse_qsl(
                query.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=50
            )
        except ValueError as error:
            detail = "The query string is malformed."
            raise HttpRefusal(400, "bad-query", detail) from error
        for name, text in pairs:
            adapter, given = self.query_values.get(name), _named_in_python(name)
            if adapter is None:
                detail = "This operation has no parameter of that name."
                raise InvalidInput("unknown-parameter", [("/query", detail)])
            if given in values:
                detail = "This parameter is given twice."
                raise InvalidInput("repeated-parameter", [(f"/query/{name}", detail)])
            values[given] = _validated(adapter, text, f"/query/{name}")

    def _read_body(self, raw: bytes) -> BaseModel:
        try:
            found = _form(raw) if self.body_type == FORM else json.parse(raw, keys_maximum=self.keys_maximum)
        except json.BadJson as error:
            raise HttpRefusal(400, error.code, error.detail) from error
        try:
            assert self.body_model is not None  # noqa: S101 - only called with one
            return self.body_model.model_validate(found)
        except ValidationError as error:
            raise invalid_input(error, "") from error


@dataclass(slots=True)
class Operations:
    """The operations of one feature, in the order of their declaration; `scope` as in `add`."""

    tag: str
    scope: KeyScope | None = None
    declared: list[Operation] = field(default_factory=list)

    def add(
        self,
        method: str,
        path: str,
        *,
        answers: Any = None,  # noqa: ANN401 - any type that pydantic can describe
        status: int = 200,
        refuses: tuple[int, ...] = (),
        signed_in: bool = True,
        scope: KeyScope | None = None,
        cookie: bool = False,
        form: bool = False,
        file: bytes | None = None,
        at_root_only: bool = False,
        body_maximum: int = BODY_MAXIMUM,
        keys_maximum: int = json.KEYS_MAXIMUM,
    ) -> Callable[[Endpoint], Endpoint]:
        """Declare an operation; `refuses` lists what it answers besides what every one may.

        With `file`, the body is of that content type, and the endpoint reads it itself. An API key must be
        good for `scope`, else that of the feature, else to read or to trade by the method.
        """

        def declare(endpoint: Endpoint) -> Endpoint:
            self.declared.append(
                _operation(
                    endpoint,
                    method=method,
                    path=path,
                    signed_in=signed_in,
                    scope=scope or self.scope or (KeyScope.READ if method == "GET" else KeyScope.TRADE),
                    cookie=cookie,
                    form=form,
                    file=file,
                    at_root_only=at_root_only,
                    body_maximum=body_maximum,
                    keys_maximum=keys_maximum,
                    document={
                        "tags": [self.tag],
                        "status_code": status,
                        "response_model": answers,
                        "refuses": refuses,
                    },
                )
            )
            return endpoint

        return declare


def _operation(  # every fact of Operation that is not read from the function
    endpoint: Endpoint,
    *,
    path: str,
    form: bool,
    file: bytes | None,
    **facts: Any,  # noqa: ANN401 - Operation checks them
) -> Operation:
    hints = get_type_hints(endpoint, include_extras=True)
    in_path = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    body, optional = body_model(hints.pop("body", None))
    hints.pop("return", None)
    hints.pop("call")
    hints.pop("socket", None)
    body_type = file if body is None else (FORM if form else JSON)
    return Operation(
        path=path,
        name=f"{endpoint.__module__.rpartition('.')[2]}.{endpoint.__name__}",
        endpoint=endpoint,
        body_type=body_type,
        body_model=body,
        body_optional=optional,
        path_values=tuple((name, TypeAdapter(hints.pop(name))) for name in in_path),
        query_values={name.removesuffix("_"): TypeAdapter(hint) for name, hint in hints.items()},
        **facts,
    )


def body_model(hint: Any) -> tuple[type[BaseModel] | None, bool]:  # noqa: ANN401 - any annotation
    """Give the model of a body, and whether the body may be left out."""
    models = [one for one in get_args(hint) if one is not type(None)]
    return (models[0], True) if models else (hint, False)


def _named_in_python(name: str) -> str:
    """Give the name of a parameter in the function that answers: `from` is a word of the language."""
    return f"{name}_" if iskeyword(name) else name


def _form(raw: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(
            raw.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=50,
            strict_parsing=True,
        )
    except ValueError as error:
        code, detail = "bad-form", "The form is malformed."
        raise json.BadJson(code, detail) from error
    found = dict(pairs)
    if len(found) != len(pairs):
        code, detail = "duplicate-key", "The form names the same field twice."
        raise json.BadJson(code, detail)
    return found


def _validated(adapter: TypeAdapter[Any], text: str, pointer: str) -> object:
    try:
        return adapter.validate_python(text)
    except ValidationError as error:
        raise invalid_input(error, pointer) from error


def invalid_input(error: ValidationError, base: str) -> InvalidInput:
    """Say what is wrong with which values; `base` is the pointer of what was validated."""
    errors: list[tuple[str, str]] = []
    code = ""
    for one in error.errors(include_url=False, include_context=False, include_input=False):
        kind = one["type"]
        known = kind != "extra_forbidden"
        # The name of an unknown field is the caller's own text: it is not echoed.
        steps = one["loc"] if known else one["loc"][:-1]
        pointer = base + "".join(f"/{step}" for step in steps)
        detail = _WORDS.get(kind, one["msg"])
        errors.append((pointer, detail))
        code = code or ("unknown-field" if not known else kind.replace("_", "-"))
    return InvalidInput(code, errors[:_ERRORS_MAXIMUM])
