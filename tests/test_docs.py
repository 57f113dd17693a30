import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from typer.main import get_command

from steward.api.app import FEATURES, document
from steward.api.paths import PREFIX
from steward.cli import app
from steward.demo import PASSWORD
from steward.settings import describe
from tests.reference import (
    ALPACA_PAGE,
    PAGE,
    ROOT,
    SOURCE,
    alpaca_routes,
    codes,
    with_alpaca_table,
    with_tables,
)
from tests.servers import Server, free_port
from tests.test_settings import test_the_committed_pages_have_not_drifted  # noqa: F401 - `make check` runs only this module
from tests.worked_examples import MEASURES, recomputed, told

PAGES = sorted({*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")})
TEXT = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in PAGES}
ALL = "\n".join(TEXT.values())
README = TEXT["README.md"]
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(text: str, language: str) -> list[str]:
    return [body for found, body in BLOCK.findall(text) if found == language]


def spans(text: str) -> set[str]:
    """Everything in the page that is written as code."""
    return {*re.findall(r"`([^`\n]+)`", BLOCK.sub("", text)), *(b for _, b in BLOCK.findall(text))}


CODE = {span for text in TEXT.values() for span in spans(text)}


# Settings, operations, codes, commands: the docs say all that there is, and nothing else.


def test_every_setting_that_a_page_names_exists() -> None:
    known = {setting.name for setting in describe()}
    known |= {f"{setting.name}_FILE" for setting in describe() if setting.secret}
    named = {
        name for span in CODE for name in re.findall(r"(?<![$\w/])[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b", span)
    }
    assert named - known == {"ENV_FILE", "NAME_FILE", "TEST_DATABASE_URL"} & named
    assert len(named & known) > 30


def test_the_table_of_operations_is_the_openapi_document() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == with_tables(page), "run python -m tests.reference"


def test_the_table_of_the_alpaca_wire_is_its_routes() -> None:
    page = ALPACA_PAGE.read_text(encoding="utf-8")
    assert page == with_alpaca_table(page), "run python -m tests.reference"
    assert {*re.findall(r"^\| `([A-Z]+ /\S*)`", page, re.MULTILINE)} == {*alpaca_routes()}


def test_every_operation_that_is_served_is_documented_and_the_reverse() -> None:
    served = {
        f"{operation.method} {'' if operation.at_root_only else PREFIX}{operation.path}"
        for feature in FEATURES
        for operation in feature.operations.declared
    }
    assert set(re.findall(r"^\| `([A-Z]+ /\S*)`", TEXT["docs/api.md"], re.MULTILINE)) == served
    named = {span for span in CODE if re.fullmatch(r"(GET|POST|PUT|PATCH|DELETE) /\S+", span)}
    assert named <= served | {*alpaca_routes()}


def test_every_code_is_documented_with_its_status_and_the_reverse() -> None:
    told = re.findall(r"^\| `([a-z-]+)` \| (\d+) \| \S.*\. \|$", TEXT["docs/api.md"], re.MULTILINE)
    assert [(code, int(status)) for code, status in told] == sorted(codes(), key=lambda one: (one[1], one[0]))


def test_every_code_that_the_web_app_has_words_for_is_one() -> None:
    named = re.findall(r'\| "([a-z-]+)"', (ROOT / "web/src/i18n/problems/codes.ts").read_text())
    assert named
    assert set(named) <= {code for code, _ in codes()}


def test_every_command_is_documented_and_the_reverse() -> None:
    texts = [span.replace(PASSWORD, "") for span in CODE]
    named = {name for text in texts for name in re.findall(r"(?:^|\s)steward ([a-z]+)\b", text)}
    assert named == set(get_command(app).commands)  # type: ignore[attr-defined]  # it is a group


def test_every_make_target_is_documented_and_the_reverse() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][a-z0-9]*):", makefile, re.MULTILINE))
    (long,) = re.findall(r"^LONG := (.*)$", makefile, re.MULTILINE)
    targets |= set(long.split())
    named = {name for span in CODE for name in re.findall(r"\bmake ([a-z][a-z0-9_]*)\b", span)}
    assert named == targets


# Pages lead somewhere.


@pytest.mark.parametrize("page", TEXT)
def test_every_link_leads_to_a_file_and_a_heading(page: str) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", BLOCK.sub("", TEXT[page])):
        if target.startswith(("https://", "http://")):
            continue
        path, _, heading = target.partition("#")
        file = (ROOT / page).parent / path if path else ROOT / page
        assert file.exists(), target
        assert not heading or heading in headings(file), target


def headings(file: Path) -> set[str]:
    titles = re.findall(r"^#+ (.*)$", BLOCK.sub("", file.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def test_every_file_of_code_that_a_page_names_exists() -> None:
    named = {span for span in CODE if re.fullmatch(r"[\w/.-]+\.(py|toml|yaml)", span)}
    assert len(named) > 10
    assert [name for name in named if not ((ROOT / name).exists() or (SOURCE / name).exists())] == []


def test_the_readme_is_short_and_begins_with_an_example() -> None:
    assert len(README.splitlines()) < 120
    assert README.index("```python") < README.index("## Map")


def test_no_page_is_an_orphan() -> None:
    reached, waiting = set(), {ROOT / "README.md"}
    while waiting:
        page = waiting.pop()
        reached.add(page)
        if page.is_dir():
            waiting |= {*page.glob("*.md")} - reached
            continue
        links = re.findall(r"\]\(([^)#\s:]+)\)", page.read_text(encoding="utf-8"))
        found = {(page.parent / link).resolve() for link in links}
        waiting |= {one for one in found if one.is_dir() or one.suffix == ".md"} - reached
    assert set(PAGES) <= reached


# The measures are what their page says.


@pytest.mark.parametrize("example", blocks(TEXT["docs/performance-measures.md"], "example"))
def test_every_worked_example_follows_from_its_own_numbers(example: str) -> None:
    assert told(example)
    assert recomputed(example) == told(example)


def test_every_measure_has_a_worked_example() -> None:
    shown = blocks(TEXT["docs/performance-measures.md"], "example")
    assert {example.splitlines()[0] for example in shown} == set(MEASURES)


# The OpenAPI document is one.


def test_the_openapi_document_is_valid() -> None:
    made = document()
    assert made["openapi"].startswith("3.1.")
    # A relative address is allowed here (OpenAPI 3.1, 4.6), and the validator's schema is older.
    flow = made["components"]["securitySchemes"]["token"]["flows"]["password"]
    assert flow["tokenUrl"] == f"{PREFIX}/login"
    flow["tokenUrl"] = f"http://127.0.0.1{flow['tokenUrl']}"
    schemathesis.openapi.from_dict(made).validate()


# Every block of the README runs, and so does the backup.


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run what `make run` runs, in a folder and on a port of its own."""
    folder, port = tmp_path_factory.mktemp("demo"), free_port()
    environment = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "PYTHONUTF8": "1"}
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "steward", "demo", "--port", str(port)],
            cwd=folder,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    server = Server(f"http://127.0.0.1:{port}", port, folder, environment, process)
    try:
        server.wait_until_ready()
        yield server
    finally:
        assert server.stop() == 0


def ran(server: Server, *command: str, given: str = "") -> str:
    done = subprocess.run(
        command,
        input=given.replace("http://127.0.0.1:8000", server.url),
        cwd=server.folder,
        env=server.environment,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def masked(text: str) -> str:
    """Hide what moves with the simulated market."""
    return re.sub(r"((?:at|=|total) )\d+(\.\d+)?", r"\1…", text)


def test_the_readme_says_how_to_run_and_what_that_prints(demo: Server) -> None:
    assert [language for language, _ in BLOCK.findall(README)] == ["sh", "text", "python", "text"]
    (command,), (printed, _) = blocks(README, "sh"), blocks(README, "text")
    recipe = ran(demo, *command.split(), "--dry-run", "--directory", str(ROOT), f"PORT={demo.port}")
    assert f"exec .venv/bin/steward demo --port {demo.port}" in recipe
    assert set(printed.splitlines()) <= set(demo.log.splitlines())


def test_the_example_of_the_readme_prints_what_it_says(demo: Server) -> None:
    (program,), (_, printed) = blocks(README, "python"), blocks(README, "text")
    assert masked(ran(demo, sys.executable, "-", given=program)) == masked(printed)


def test_a_backup_of_a_running_server_can_be_restored(demo: Server) -> None:
    (program,), (commands,) = (
        blocks(TEXT["docs/operations.md"], "python"),
        blocks(TEXT["docs/operations.md"], "sh"),
    )
    before = ran(demo, "steward", "check")
    ran(demo, sys.executable, "-", given=program)
    ran(demo, sys.executable, "-", given=blocks(README, "python")[0])
    # What is left of the other database, its write-ahead log too, must not come through.
    for folder in ("data", "backup"):
        shutil.copytree(demo.folder / folder, demo.folder / "restored" / folder)
    restored = Server(demo.url, demo.port, demo.folder / "restored", demo.environment, demo.process)
    assert before.startswith("0 findings in ")
    assert ran(restored, "bash", "-euc", commands) == before != ran(demo, "steward", "check")
