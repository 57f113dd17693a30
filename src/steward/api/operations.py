"""Operations: one per method and path, declared once, documented by FastAPI and served by the edge.

FastAPI makes the OpenAPI document from the very functions that answer; the edge calls them without
FastAPI's own request handling, which costs more than all the rest (docs/decisions/0002).
"""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints
from urllib.parse import parse_qsl

from pydantic import BaseModel, TypeAdapter, ValidationError
from starlette.responses import JSONResponse, PlainTextResponse

from steward.api import json
from steward.api.bodies import BODY_MAXIMUM
from steward.api.call import Call
from steward.api.problems import Answer, HttpRefusal, InvalidInput
from steward.api.values import Body

if TYPE_CHECKING:
    from fastapi import FastAPI

Endpoint = Callable[..., Awaitable[Answer]]

_JSON = b"application/json"
_FORM = b"application/x-www-form-urlencoded"
CSV = b"text/csv"
# Names on the wire that are words of Python: the parameter has an underscore behind it.
_RESERVED = frozenset(("from",))
# Where pydantic's own sentence would name a class of ours, or the caller's text.
_WORDS = {
    "extra_forbidden": "There is no such field here.",
    "model_type": "The body must be a JSON object.",
}
_MEANINGS = {
    304: "Not changed since the ETag in If-None-Match",
    400: "Malformed",
    401: "Not signed in",
    403: "Cross-site request",
    404: "Absent, or somebody else's",
    408: "The body took too long",
    409: "The present state forbids it",
    412: "The named version is not the current one",
    413: "Body too large",
    415: "Not this content type",
    422: "Invalid value",
    429: "Too many calls",
    503: "Try again in a moment",
}


@dataclass(frozen=True, slots=True)
class Operation:
    """What the edge needs to answer one method of one path."""

    method: str
    path: str
    name: str
    endpoint: Endpoint
    signed_in: bool
    cookie: bool
    body_type: bytes | None
    body_maximum: int
    path_values: tuple[tuple[str, TypeAdapter[Any]], ...]
    query_values: Mapping[str, TypeAdapter[Any]]
    body_model: type[BaseModel] | None
    at_root_only: bool
    document: Mapping[str, Any] = field(repr=False)

    async def __call__(self, call: Call, segments: list[str]) -> Answer:
        """Parse the input and answer. Raises Refusal."""
        values: dict[str, Any] = {}
        for (name, adapter), text in zip(self.path_values, segments, strict=True):
            values[name] = _validated(adapter, text, f"/path/{name}")
        if call.query:
            self._read_query(call.query, values)
        if self.body_model is not None:
            values["body"] = self._read_body(call.body)
        return await self.endpoint(call, **values)

    def _read_query(self, query: bytes, values: dict[str, Any]) -> None:
        try:
            pairs = parse_qsl(
                query.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=50
            )
        except ValueError as error:
            detail = "The query string is malformed."
            raise HttpRefusal(400, "bad-query", detail) from error
        for name, text in pairs:
            adapter = self.query_values.get(name)
            if adapter is None:
                detail = "This operation has no parameter of that name."
                raise InvalidInput("unknown-parameter", [("/query", detail)])
            if name in values:
                detail = "This parameter is given twice."
                raise InvalidInput("repeated-parameter", [(f"/query/{name}", detail)])
            values[name] = _validated(adapter, text, f"/query/{name}")
        for name in _RESERVED & values.keys():
            values[f"{name}_"] = values.pop(name)

    def _read_body(self, raw: bytes) -> BaseModel:
        try:
            found = _form(raw) if self.body_type == _FORM else json.parse(raw)
        except json.BadJson as error:
            raise HttpRefusal(400, error.code, error.detail) from error
        try:
            assert self.body_model is not None  # noqa: S101 - only called with one
            return self.body_model.model_validate(found)
        except ValidationError as error:
            raise _invalid(error, "") from error


@dataclass(slots=True)
class Operations:
    """The operations of one feature, in the order of their declaration."""

    tag: str
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
        cookie: bool = False,
        form: bool = False,
        file: bytes | None = None,
        body_maximum: int = BODY_MAXIMUM,
        at_root_only: bool = False,
    ) -> Callable[[Endpoint], Endpoint]:
        """Declare an operation; `refuses` lists what it answers besides what every one may.

        With `file`, the body is of that content type, and the endpoint reads it itself.
        """

        def declare(endpoint: Endpoint) -> Endpoint:
            self.declared.append(
                _operation(
                    endpoint,
                    method=method,
                    path=path,
                    signed_in=signed_in,
                    cookie=cookie,
                    form=form,
                    file=file,
                    body_maximum=body_maximum,
                    at_root_only=at_root_only,
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


def describe(app: "FastAPI", operations: list[Operation], prefix: str) -> None:
    """Put the operations into FastAPI's document; what answers 200 without a model answers text."""
    for operation in operations:
        document = dict(operation.document)
        refuses = {*document.pop("refuses"), *_common_refusals(operation)}
        is_text = document["response_model"] is None and document["status_code"] == HTTPStatus.OK
        app.add_api_route(
            ("" if operation.at_root_only else prefix) + operation.path,
            _without_call(operation.endpoint),
            methods=[operation.method],
            operation_id=operation.name.replace(".", "_"),
            summary=(inspect.getdoc(operation.endpoint) or "").partition("\n")[0],
            responses={status: _refusal(status) for status in sorted(refuses)},
            openapi_extra=_extra(operation),
            response_class=PlainTextResponse if is_text else JSONResponse,
            **document,
        )


def _refusal(status: int) -> dict[str, Any]:
    described: dict[str, Any] = {"description": _MEANINGS[status]}
    if status >= HTTPStatus.BAD_REQUEST:
        described["content"] = {
            "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
        }
    return described


def _operation(endpoint: Endpoint, *, path: str, form: bool, file: bytes | None, **facts: Any) -> Operation:  # noqa: ANN401 - Operation's other fields
    hints = get_type_hints(endpoint, include_extras=True)
    in_path = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    body = hints.pop("body", None)
    hints.pop("return", None)
    hints.pop("call")
    body_type = file if body is None else (_FORM if form else _JSON)
    return Operation(
        path=path,
        name=f"{endpoint.__module__.rpartition('.')[2]}.{endpoint.__name__}",
        endpoint=endpoint,
        body_type=body_type,
        body_model=body,
        path_values=tuple((name, TypeAdapter(hints.pop(name))) for name in in_path),
        query_values={name.rstrip("_"): TypeAdapter(hint) for name, hint in hints.items()},
        **facts,
    )


def _without_call(endpoint: Endpoint) -> Endpoint:
    signature = inspect.signature(endpoint, eval_str=True)

    async def documented(**_: object) -> None:
        """Never called: FastAPI reads its signature."""

    documented.__name__ = endpoint.__name__
    documented.__doc__ = endpoint.__doc__
    kept = [
        _aliased(value)
        for name, value in signature.parameters.items()
        if name not in ("call", *_forms(signature))
    ]
    documented.__signature__ = signature.replace(parameters=kept)  # type: ignore[attr-defined]
    return documented  # type: ignore[return-value]


def _aliased(parameter: inspect.Parameter) -> inspect.Parameter:
    """Give a parameter whose name is a word of Python's the name that it has on the wire."""
    name = parameter.name.rstrip("_")
    if name == parameter.name:
        return parameter
    from fastapi import Query  # noqa: PLC0415 - only for the document

    return parameter.replace(annotation=Annotated[parameter.annotation, Query(alias=name)])


def _forms(signature: inspect.Signature) -> tuple[str, ...]:
    body = signature.parameters.get("body")
    return ("body",) if body is not None and not issubclass(body.annotation, Body) else ()


def _extra(operation: Operation) -> dict[str, Any]:
    extra: dict[str, Any] = {}
    if operation.signed_in:
        extra["security"] = [{"token": []}, {"cookie": []}]
    if operation.body_type == _FORM and operation.body_model is not None:
        schema = operation.body_model.model_json_schema()
        extra["requestBody"] = {"required": True, "content": {_FORM.decode(): {"schema": schema}}}
    if operation.body_type is not None and operation.body_model is None:
        file = {"schema": {"type": "string"}}
        extra["requestBody"] = {"required": True, "content": {operation.body_type.decode(): file}}
    return extra


def _common_refusals(operation: Operation) -> set[int]:
    # 400 and 422: a query string that is malformed or names what the operation does not know.
    found = {400, 422, 503}
    if operation.signed_in:
        found.add(401)
    if operation.method != "GET":
        found |= {403, 408, 413, 429}
    if operation.body_type is not None:
        found.add(415)
    return found


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
        raise _invalid(error, pointer) from error


def _invalid(error: ValidationError, base: str) -> InvalidInput:
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
    return InvalidInput(code, errors[:20])
