"""The rules of the house that a program can check. Layers are checked by import-linter."""

import ast
import importlib
import pkgutil
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

import steward
from steward.domain.errors import Refusal

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
# Alembic writes revisions: their length is that of the schema.
ROOMS = [path for path in SOURCES + TESTS if "versions" not in path.parts]
MODULE_LINES = 300
FUNCTION_LINES = 50
DRIVERS = {"postgres.py", "sqlite.py"}


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


# A fold gathers in these while it goes on; what it gives is frozen.
GATHERED = {"LotBook", "Pool", "_Place", "Teller", "_Days", "_Follower"}
# Millions of these stand in line at once, linked to each other.
GATHERED |= {"BookOrder"}
# Working copies that a desk changes while it decides, and the batch that gathers them.
GATHERED |= {"Holding", "Account"}
# These remember what they have explained once.
GATHERED |= {"Held", "TracedBook", "_Page", "_Place", "Recorded", "Told", "_Lines"}


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def calls(tree: ast.Module) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def called(call: ast.Call) -> str:
    """Give the name that is called, with its dots: `pytest.mark.skip`."""
    return ast.unparse(call.func)


def subclasses(kind: type[Refusal]) -> Iterator[type[Refusal]]:
    for child in kind.__subclasses__():
        yield child
        yield from subclasses(child)


def loaded() -> None:
    """Import every module of the package."""
    for module in pkgutil.walk_packages(steward.__path__, "steward."):
        if not module.name.endswith("__main__") and ".migrations" not in module.name:
            importlib.import_module(module.name)


def test_there_is_something_to_check() -> None:
    assert len(SOURCES) > 50
    assert len(TESTS) > 20
    assert {path.name for path in SOURCES} >= DRIVERS


def test_only_the_drivers_begin_and_commit() -> None:
    found = set()
    for path in SOURCES:
        for node in ast.walk(parsed(path)):
            sql = node.value.upper() if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
            commits = isinstance(node, ast.Attribute) and node.attr in {"commit", "rollback"}
            if commits or re.fullmatch(r"\s*(COMMIT|ROLLBACK|END TRANSACTION)\b.*", sql, re.DOTALL):
                found.add(path.name)
    assert found == DRIVERS


@pytest.mark.parametrize("path", ROOMS, ids=name)
def test_a_module_is_a_small_room_with_a_sign_at_the_door(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MODULE_LINES
    tree = parsed(path)
    # A test module needs no sign: its name and those of its tests say what it is.
    assert ast.get_docstring(tree) or path in TESTS
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < FUNCTION_LINES, node.name


# A return is a ratio: these may divide in floats, and no amount comes from them.
RATIOS = {"explain.py", "explain_returns.py", "money_weighted.py", "returns.py", "risk.py"}


def test_no_float_decides_anything_in_the_domain() -> None:
    for path in sorted((ROOT / "src/steward/domain").glob("*.py")):
        if path.name in RATIOS:
            continue
        tree = parsed(path)
        assert "float" not in {called(call) for call in calls(tree)}, path
        numbers = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
        assert float not in {type(number) for number in numbers}, path


def test_the_domain_is_frozen_but_for_what_a_fold_gathers_in() -> None:
    for path in sorted((ROOT / "src/steward/domain").glob("*.py")):
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.ClassDef):
                marks = [ast.unparse(mark) for mark in node.decorator_list]
                made = [mark for mark in marks if mark.startswith("dataclass")]
                if node.name not in GATHERED:
                    assert all("frozen=True" in mark for mark in made), node.name


def test_the_domain_and_the_use_cases_ask_no_clock_and_no_chance() -> None:
    forbidden = re.compile(
        r"(datetime\.(now|utcnow|today)|date\.today|time\.\w+|uuid[147]|random\.\w+|os\.urandom)"
    )
    for layer in ("domain", "usecases"):
        for path in sorted((ROOT / "src/steward" / layer).rglob("*.py")):
            for call in calls(parsed(path)):
                assert not forbidden.fullmatch(called(call)), f"{path}: {called(call)}"


def test_each_refusal_has_a_code_of_its_own_in_kebab_case() -> None:
    loaded()
    # Those of HTTP itself carry their code in each instance: api/problems.py is their one place.
    kinds = {kind for kind in subclasses(Refusal) if not kind.__module__.startswith("steward.api.")}
    leaves = [kind for kind in kinds if not set(subclasses(kind)) & kinds]
    codes = Counter(str(vars(kind).get("code")) for kind in leaves)
    assert len(leaves) > 20
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", code) for code in codes), codes
    assert [code for code, count in codes.items() if count > 1] == []


def test_every_protocol_of_the_domain_and_the_use_cases_stands_once_among_the_ports() -> None:
    defined = [
        (path.stem.partition("_")[0], node.name, ast.get_docstring(node))
        for layer in ("domain", "usecases")
        for path in sorted((ROOT / "src/steward" / layer).rglob("*.py"))
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ClassDef) and any("Protocol" in ast.unparse(base) for base in node.bases)
    ]
    assert {place for place, _, _ in defined} == {"ports"}
    assert len({one for _, one, _ in defined}) == len(defined) > 50
    assert all(doc for _, _, doc in defined)


@pytest.mark.parametrize("path", TESTS, ids=name)
def test_tests_use_fakes_and_skip_nothing_without_a_reason(path: Path) -> None:
    tree = parsed(path)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "unittest.mock":
            # ANY only compares: it stands in for nothing.
            assert {alias.name for alias in node.names} == {"ANY"}
        if isinstance(node, ast.Import):
            assert not {alias.name for alias in node.names} & {"unittest.mock", "mock", "pytest_mock"}
        if isinstance(node, ast.Attribute) and node.attr in {"skip", "skipif", "xfail"}:
            reasons = [call for call in calls(tree) if call.func is node and gives_a_reason(call)]
            assert reasons, f"line {node.lineno}"


def gives_a_reason(call: ast.Call) -> bool:
    named = [keyword.value for keyword in call.keywords if keyword.arg == "reason"]
    first = call.args[:1] if called(call) in {"pytest.skip", "pytest.xfail"} else []
    return any(not isinstance(word, ast.Constant) or word.value for word in (*named, *first))


def test_a_worker_that_is_never_asked_for_an_analysis_does_without_numpy() -> None:
    told = "import sys, steward.main; sys.exit('numpy' in sys.modules or 'currency_converter' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", told], check=False).returncode == 0
