"""Reading the settings: the environment, an environment file, files with secrets."""

import difflib
import os
import secrets
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from io import StringIO
from pathlib import Path

from dotenv.parser import parse_stream
from pydantic import ValidationError

from steward.settings.fields import Settings, describe, folded


class SettingsError(Exception):
    """The settings cannot be used; `problems` names everything that is wrong, by variable."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def load_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings of this process: the environment, then the file that ENV_FILE names, then the defaults.

    In development the secret for sessions is made at the first start and kept in DATA_DIR.
    Raises SettingsError with every problem at once.
    """
    problems: list[str] = []
    values = _from_file(environ, problems) | _read(environ, problems)
    problems += _database_named_twice(values)
    fresh = {"jwt_secret": secrets.token_urlsafe(48)} if folded(values.get("app_env", "dev")) == "dev" else {}
    settings = _validated(fresh | values, problems)
    if "jwt_secret" in values or not fresh:
        return settings
    try:
        kept = _kept_secret(settings.data_dir, fresh["jwt_secret"])
    except OSError as error:
        raise SettingsError([f"DATA_DIR: cannot keep jwt-secret there: {error.strerror}"]) from error
    return _validated(values | {"jwt_secret": kept}, problems)


def _validated(values: dict[str, str], problems: list[str]) -> Settings:
    try:
        settings = Settings(**values)  # type: ignore[arg-type]
    except ValidationError as error:
        found = [
            f"{str(e['loc'][0]).upper()}: {e['msg'].removeprefix('Value error, ')}"
            for e in error.errors(include_url=False, include_input=False, include_context=False)
        ]
        raise SettingsError(problems + found) from None
    if problems:
        raise SettingsError(problems)
    return settings


def _read(given: Mapping[str, str], problems: list[str]) -> dict[str, str]:
    # An empty variable is an unset one: that is what `NAME=${NAME:-}` leaves behind.
    values = {d.name.lower(): given[d.name] for d in describe() if given.get(d.name)}
    for name in (d.name for d in describe() if d.secret and given.get(f"{d.name}_FILE")):
        if name.lower() in values:
            problems.append(f"{name}: given twice, also as {name}_FILE; keep one")
            continue
        try:
            text = Path(given[f"{name}_FILE"]).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            text = ""
        if text:
            values[name.lower()] = text
        else:
            problems.append(f"{name}_FILE: names a file that is missing, empty or not UTF-8 text")
    return values


def _from_file(environ: Mapping[str, str], problems: list[str]) -> dict[str, str]:
    path = Path(environ.get("ENV_FILE") or ".env")
    if not path.exists() and not environ.get("ENV_FILE"):
        return {}
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        problems.append("ENV_FILE: names a file that is missing or cannot be read as UTF-8 text")
        return {}
    known = {d.name for d in describe()} | {f"{d.name}_FILE" for d in describe() if d.secret}
    given: dict[str, str] = {}
    # Parsed without interpolation: a `$` in a password is a `$`.
    for binding in parse_stream(StringIO(text)):
        name, line = binding.key, binding.original.line
        if binding.error or (name and binding.value is None):
            problems.append(f"ENV_FILE: line {line} is not NAME=value")
        elif name and name not in known:
            near = difflib.get_close_matches(name, known, 1)
            problems.append(f"{name}: unknown, in ENV_FILE" + (f"; is {near[0]} meant?" if near else ""))
        elif name:
            given[name] = binding.value or ""
    return _read(given, problems)


def _database_named_twice(values: Mapping[str, str]) -> list[str]:
    parts = ", ".join(name.upper() for name in values if name.startswith("db_"))
    if parts and "database_url" in values:
        return [f"DATABASE_URL: given together with {parts}; keep one of the two"]
    return ["DB_HOST: missing, though there is " + parts] if parts and "db_host" not in values else []


def _kept_secret(folder: Path, fresh: str) -> str:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / "jwt-secret"
    if not path.exists():
        handle, name = tempfile.mkstemp(dir=folder)
        try:
            with os.fdopen(handle, "w") as file:
                file.write(fresh)
            # A link is made whole and by one process only: workers that start together agree on it.
            with suppress(FileExistsError):
                os.link(name, path)
        finally:
            Path(name).unlink()
    return path.read_text(encoding="utf-8").strip()
