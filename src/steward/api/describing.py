"""The OpenAPI document: made by FastAPI from the very functions that answer, which it never calls."""

import inspect
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any

from starlette.responses import JSONResponse, PlainTextResponse

from steward.api.operations import FORM, Endpoint, Operation, body_model
from steward.api.values import Body
from steward.domain.api_keys import OFFERED

if TYPE_CHECKING:
    from fastapi import FastAPI

_MEANINGS = {
    304: "Not changed since the ETag in If-None-Match",
    400: "Malformed",
    401: "Not signed in",
    403: "Cross-site request, an API key without the scope, or not an administrator",
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


def _without_call(endpoint: Endpoint) -> Endpoint:
    signature = inspect.signature(endpoint, eval_str=True)

    async def documented(**_: object) -> None:
        """Never called: FastAPI reads its signature."""

    documented.__name__ = endpoint.__name__
    documented.__doc__ = endpoint.__doc__
    kept = [
        _documented(value)
        for name, value in signature.parameters.items()
        if name not in ("call", *_forms(signature))
    ]
    documented.__signature__ = signature.replace(parameters=kept)  # type: ignore[attr-defined]  # read first
    return documented  # type: ignore[return-value]  # never called


def _forms(signature: inspect.Signature) -> tuple[str, ...]:
    body = signature.parameters.get("body")
    model, _ = body_model(body.annotation if body is not None else None)
    return ("body",) if model is not None and not issubclass(model, Body) else ()


def _documented(parameter: inspect.Parameter) -> inspect.Parameter:
    """Give a parameter the name that it has on the wire."""
    name = parameter.name.removesuffix("_")
    if name == parameter.name:
        return parameter
    from fastapi import Query  # noqa: PLC0415 - see `document`

    return parameter.replace(annotation=Annotated[parameter.annotation, Query(alias=name)])


def _extra(operation: Operation) -> dict[str, Any]:
    extra: dict[str, Any] = {}
    if operation.signed_in:
        extra["security"] = [{"token": []}, {"cookie": []}]
        if operation.scope in OFFERED:
            extra["security"] += [{"key_id": [], "key_secret": []}, {"basic_key": []}]
            extra["x-api-key-scope"] = str(operation.scope)
    if operation.body_type == FORM and operation.body_model is not None:
        schema = operation.body_model.model_json_schema()
        extra["requestBody"] = {"required": True, "content": {FORM.decode(): {"schema": schema}}}
    if operation.body_type is not None and operation.body_model is None:
        file = {"schema": {"type": "string"}}
        extra["requestBody"] = {"required": True, "content": {operation.body_type.decode(): file}}
    return extra


def _common_refusals(operation: Operation) -> set[int]:
    # 400 and 422: a query string that is malformed or names what the operation does not know.
    found = {400, 422, 503}
    if operation.signed_in:
        found |= {401, 403}
    if operation.method != "GET":
        found |= {403, 408, 413, 429}
    if operation.body_type is not None:
        found.add(415)
    return found
