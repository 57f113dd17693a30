"""What docs/api.md must say, read from the code. `python -m tests.reference` writes its tables again."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

import steward
from steward.api.alpaca.absent import NotHere
from steward.api.alpaca.routes import FEATURES as ALPACA_FEATURES
from steward.api.app import FEATURES, document
from steward.api.operations import Operation
from steward.api.problems import status_of
from steward.domain.errors import Refusal

ROOT = Path(__file__).parent.parent
SOURCE = Path(steward.__path__[0])
PAGE = ROOT / "docs/api.md"
# One of each kind of mistake; every body and every parameter gets all of them.
WRONG: tuple[Any, ...] = ([], [7] * 10_001, {}, None, 7, "x", "x" * 5000, "0", str(10**15))
ALPACA_PAGE = ROOT / "docs/alpaca.md"
_ALPACA_TABLE = re.compile(r"(?<=<!-- routes -->\n).*?(?=<!-- end -->)", re.DOTALL)
_TABLE = re.compile(r"(?<=<!-- operations -->\n).*?(?=<!-- end -->)", re.DOTALL)


def operations_table() -> str:
    """Write a table of every operation in the OpenAPI document, by feature."""
    features: dict[str, list[str]] = {}
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            statuses = sorted(operation["responses"])
            answered = " ".join(status for status in statuses if status < "400")
            refused = " ".join(status for status in statuses if status >= "400")
            scope = operation.get("x-api-key-scope")
            who = (
                "anybody"
                if "security" not in operation
                else "signed in"
                if scope is None
                else f"key: {scope}"
            )
            line = f"| `{method.upper()} {path}` | {operation['summary']} | {who} | {answered} | {refused} |"
            features.setdefault(operation["tags"][0], []).append(line)
    head = "| operation | what it does | who | answers | may refuse with |\n|---|---|---|---|---|\n"
    return "\n".join(
        f"### {name.capitalize()}\n\n{head}" + "\n".join(rows) + "\n" for name, rows in features.items()
    )


def with_tables(page: str) -> str:
    """Give the page with the operations as they are now."""
    return _TABLE.sub(lambda _: "\n" + operations_table() + "\n", page)


def alpaca_routes() -> list[str]:
    """Name every route of the Alpaca wire."""
    return [f"{one.method} {one.path}" for one in _alpaca_operations()]


def _alpaca_operations() -> Iterator[Operation]:
    return (one for feature in ALPACA_FEATURES for one in feature.operations.declared)


def with_alpaca_table(page: str) -> str:
    """Give the page with the routes of the Alpaca wire as they are now."""
    head = "| route | what it does |\n|---|---|\n"
    rows = "".join(f"| `{one.method} {one.path}` | {_said(one)} |\n" for one in _alpaca_operations())
    return _ALPACA_TABLE.sub(lambda _: f"\n{head}{rows}\n", page)


def _said(operation: Operation) -> str:
    if isinstance(operation, NotHere):
        return f"Not offered: {operation.what}."
    return (operation.endpoint.__doc__ or "").partition("\n")[0]


def codes() -> set[tuple[str, int]]:
    """Find every (code, status) that a problem can carry."""
    return {*_of_classes(), *_of_http(), *_of_bodies(), *_of_values()}


def _of_classes() -> Iterator[tuple[str, int]]:
    for module in pkgutil.walk_packages(steward.__path__, "steward."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    raised = {_name(call) for call in _calls()}
    waiting: list[type[Refusal]] = [Refusal]
    while waiting:
        kind = waiting.pop()
        more = kind.__subclasses__()
        waiting += more
        # A kind that only groups others never answers by itself.
        if "code" in vars(kind) and (not more or kind.__name__ in raised):
            yield kind.code, status_of(kind.__new__(kind))


def _of_http() -> Iterator[tuple[str, int]]:
    for call in _calls():
        values = [one.value if isinstance(one, ast.Constant) else None for one in call.args]
        if _name(call) in ("HttpRefusal", "body_of") and isinstance(values[1], str):
            yield values[1], int(str(values[0]))
        elif _name(call) == "InvalidInput" and isinstance(values[0], str):
            yield values[0], 422


def _of_bodies() -> Iterator[tuple[str, int]]:
    for node in _nodes():
        if isinstance(node, ast.FunctionDef) and "BadJson(code" in ast.unparse(node):
            for code in re.findall(r"code, detail = \('([a-z-]+)'", ast.unparse(node)):
                yield code, 400


def _of_values() -> Iterator[tuple[str, int]]:
    for operation in (one for feature in FEATURES for one in feature.operations.declared):
        for adapter in (*dict(operation.path_values).values(), *operation.query_values.values()):
            yield from _kinds(adapter, WRONG)
        if operation.body_model is not None:
            fields = [{name: wrong} for name in operation.body_model.model_fields for wrong in WRONG]
            yield from _kinds(TypeAdapter(operation.body_model), (*WRONG, *fields, {"unknown": 1}))


def _kinds(adapter: TypeAdapter[Any], tried: Iterable[Any]) -> Iterator[tuple[str, int]]:
    for value in tried:
        try:
            adapter.validate_python(value)
        except ValidationError as error:
            for kind in {one["type"] for one in error.errors()}:
                yield "unknown-field" if kind == "extra_forbidden" else kind.replace("_", "-"), 422


def _nodes() -> Iterator[ast.AST]:
    for path in sorted(SOURCE.rglob("*.py")):
        yield from ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def _calls() -> Iterator[ast.Call]:
    return (node for node in _nodes() if isinstance(node, ast.Call))


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text()))
    ALPACA_PAGE.write_text(with_alpaca_table(ALPACA_PAGE.read_text()))
