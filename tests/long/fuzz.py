"""Fuzz: schemathesis over the whole API, from its OpenAPI document, in every phase that it has."""

import json
import re
import subprocess
import sys
import time

from tests.long.wire import Violation, engines, options, serving
from tests.people import Person, registered
from tests.servers import Server

EXAMPLES = 400
# These end the session that the run itself lives on; the access matrix covers them. The last has no end.
EXCLUDED = ("identity_logout", "identity_end", "streams_events")
# The document cannot say every rule (no control characters, the commonest passwords): 422 is documented.
UNCHECKED = "positive_data_acceptance"
TIMEOUT_SECONDS = 3600
_CONFIGURATION = '[warnings]\ndisplay = ["missing_auth"]\nfail-on = ["missing_auth"]\n'
_FIGURES = re.compile(r"^ *(\d+) generated.*$", re.MULTILINE)


def fuzz(server: Server, person: Person, *, examples: int, seed: int, refused: tuple[str, ...] = ()) -> str:
    """Fuzz as a signed-in person, with up to `examples` cases per operation; give the figures.

    `refused` are operations that this person only gets refusals from, whatever is sent.

    Raises Violation with schemathesis's report.
    """
    folder = server.folder / "fuzz"
    folder.mkdir(exist_ok=True)
    (folder / "schemathesis.toml").write_text(_CONFIGURATION)
    document = person("GET", "/openapi.json").json
    # A made-up cookie or key beside the token is a 401 by the contract, and would be sent with every request.
    schemes = document["components"]["securitySchemes"]
    document["components"]["securitySchemes"] = {"token": schemes["token"]}
    for methods in document["paths"].values():
        for operation in methods.values():
            operation["security"] = [one for one in operation.get("security", ()) if "token" in one]
    (folder / "openapi.json").write_text(json.dumps(document, default=float))
    done = subprocess.run(
        _command(server, person, examples, seed, (*EXCLUDED, *refused)),
        cwd=folder, capture_output=True, text=True, timeout=TIMEOUT_SECONDS, check=False,
    )  # fmt: skip
    figures = _FIGURES.search(done.stdout)
    if done.returncode or figures is None:
        raise Violation(f"schemathesis, seed {seed}:\n{done.stdout}{done.stderr}")
    return figures[0].strip()


def _command(
    server: Server, person: Person, examples: int, seed: int, excluded: tuple[str, ...]
) -> list[str]:
    command = [
        sys.executable, "-m", "schemathesis.cli", "--no-color", "run", "openapi.json",
        "--url", server.url, "--header", f"Authorization: Bearer {person.token}",
        "--checks", "all", "--exclude-checks", UNCHECKED, "--phases", "examples,coverage,fuzzing,stateful",
        "--max-examples", str(examples), "--seed", str(seed), "--generation-database", "none",
        "--continue-on-failure",
    ]  # fmt: skip
    for name in excluded:
        command += ["--exclude-operation-id", name]
    return command


def main(arguments: list[str]) -> int:
    """Fuzz both engines with a large budget and print what was tried."""
    parser = options(__doc__, examples=(EXAMPLES, "cases per operation and phase"))
    given = parser.parse_args(arguments)
    for engine in engines(given.engine):
        started = time.monotonic()
        with serving(engine) as server:
            person = registered(server.url)
            figures = fuzz(server, person, examples=given.examples, seed=given.seed)
            person.client.close()
        print(f"{engine}: {figures}, in {time.monotonic() - started:.0f} s", flush=True)
    return 0
