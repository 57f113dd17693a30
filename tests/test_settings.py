import os
import stat
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from asyncpg.connect_utils import _parse_connect_dsn_and_args

from steward.settings import (
    SettingsError,
    describe,
    env_example,
    load_settings,
    settings_page,
)

STRONG = "3f9aXk27Lq0zVb81TnWc64RyHs5mPdEu"
FORMER = "former-9aXk27Lq0zVb81TnWc64RyHs5"
ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def production(**more: str) -> dict[str, str]:
    return {"APP_ENV": "production", "JWT_SECRET": STRONG, **more}


def problems(environ: Mapping[str, str]) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load_settings(environ)
    assert all(value not in str(caught.value) for value in environ.values() if len(value) > 12)
    return caught.value.problems


def named(environ: Mapping[str, str]) -> list[str]:
    return [problem.partition(":")[0] for problem in problems(environ)]


def test_development_needs_nothing(tmp_path: Path) -> None:
    settings = load_settings({})
    assert settings.database_url == f"sqlite:///{tmp_path}/data/steward.db"
    assert settings.cors_origins == ("http://localhost:3000", "http://127.0.0.1:3000")
    assert (settings.auth_mode, settings.cookie_secure, settings.jwt_expires_minutes) == ("local", False, 60)
    assert settings.warnings() == []


def test_production_needs_a_secret_and_is_strict_by_default() -> None:
    settings = load_settings(production())
    assert settings.cookie_secure
    assert settings.cors_origins == ()
    assert settings.jwt_secret.get_secret_value() == STRONG
    assert named({"APP_ENV": "production"}) == ["JWT_SECRET"]
    assert named({"APP_ENV": "staging"}) == ["JWT_SECRET"]
    assert not Path("data").exists()


def test_every_problem_is_reported_at_once_by_its_variable() -> None:
    wrong = production(
        APP_DEBUG="true", PORT="no-such-port-number", DB_HOST="db", DB_PASSWORD="postgres", DB_PORT="70000",
        JWT_SECRET="only-31-characters-secret-abcde", COOKIE_SECURE="false", COOKIE_SAMESITE="none",
        CORS_ORIGINS="*", AUTH_MODE="Supabase", JWT_EXPIRES_MINUTES="100000", TRUSTED_PROXIES="*",
    )  # fmt: skip
    assert named(wrong) == [
        "APP_DEBUG", "PORT", "TRUSTED_PROXIES", "DB_PORT", "DB_PASSWORD", "SUPABASE_URL", "SUPABASE_ANON_KEY",
        "JWT_SECRET", "JWT_EXPIRES_MINUTES", "COOKIE_SECURE", "COOKIE_SAMESITE", "CORS_ORIGINS",
    ]  # fmt: skip


@pytest.mark.parametrize("mode", ["LOCAL", "Local", " local "])
def test_auth_mode_has_no_case(mode: str) -> None:
    assert load_settings({"AUTH_MODE": mode}).auth_mode == "local"


def test_supabase_needs_its_address_and_key() -> None:
    settings = load_settings(
        production(AUTH_MODE="SUPABASE", SUPABASE_URL="https://a.example.org", SUPABASE_ANON_KEY="anon")
    )
    assert settings.auth_mode == "supabase"
    plain = production(AUTH_MODE="supabase", SUPABASE_URL="http://a.example.org", SUPABASE_ANON_KEY="anon")
    assert named(plain) == ["SUPABASE_URL"]


@pytest.mark.parametrize("secret", ["k", "a" * 40, "abcabc" * 8, STRONG[:31]])
def test_weak_secrets_are_refused(secret: str) -> None:
    assert named({"JWT_SECRET": secret}) == ["JWT_SECRET"]
    assert named({"JWT_SECRET": STRONG, "JWT_PREVIOUS_SECRETS": secret}) == ["JWT_PREVIOUS_SECRETS"]


def test_former_secrets_are_for_rotation() -> None:
    former = load_settings(production(JWT_PREVIOUS_SECRETS=f"{FORMER}, {FORMER}2")).jwt_previous_secrets
    assert [secret.get_secret_value() for secret in former] == [FORMER, FORMER + "2"]
    assert named(production(JWT_PREVIOUS_SECRETS=STRONG)) == ["JWT_PREVIOUS_SECRETS"]


def test_the_development_secret_is_made_once_and_private() -> None:
    with ThreadPoolExecutor(8) as pool:
        made = {s.jwt_secret.get_secret_value() for s in pool.map(load_settings, [{}] * 32)}
    kept = Path("data/jwt-secret")
    assert made == {kept.read_text()}
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert os.listdir("data") == ["jwt-secret"]  # noqa: PTH208 - names are wanted


def test_a_development_secret_that_was_damaged_or_cannot_be_kept_is_reported() -> None:
    load_settings({})
    Path("data/jwt-secret").write_text("short")
    assert named({}) == ["JWT_SECRET"]
    Path("file").touch()
    assert named({"DATA_DIR": "file"}) == ["DATA_DIR"]


def test_the_parts_of_the_database_are_quoted() -> None:
    parts = {"DB_HOST": "db.example.org", "DB_PORT": "6432", "DB_NAME": "a/b", "DB_USER": "u@x:y"}
    url = load_settings(parts | {"DB_PASSWORD": "p@ss/w#rd?%", "DB_SSLMODE": "Disable"}).database_url
    assert url == "postgresql://u%40x%3Ay:p%40ss%2Fw%23rd%3F%25@db.example.org:6432/a%2Fb?sslmode=disable"
    assert understood(url) == ([("db.example.org", 6432)], "u@x:y", "p@ss/w#rd?%", "a/b")


@pytest.mark.parametrize(
    ("host", "address"),
    [("::1", ("::1", 5432)), ("/run/postgresql", "/run/postgresql/.s.PGSQL.5432"), ("db", ("db", 5432))],
)
def test_the_driver_understands_every_kind_of_host(host: str, address: object) -> None:
    url = load_settings({"DB_HOST": host, "DB_SSLMODE": "disable"}).database_url
    assert understood(url)[0] == [address]


def understood(url: str) -> tuple[list[object], str, str, str]:
    names = "host port user password passfile database ssl service servicefile direct_tls server_settings"
    names += " target_session_attrs krbsrvname gsslib"
    addresses, parameters = _parse_connect_dsn_and_args(dsn=url, **dict.fromkeys(names.split()))
    return addresses, parameters.user, parameters.password, parameters.database


@pytest.mark.parametrize("mode", ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"])
def test_sslmode_is_passed_on_as_it_is(mode: str) -> None:
    settings = load_settings(production(DB_HOST="db.example.org", DB_PASSWORD="x7!kd", DB_SSLMODE=mode))
    assert urlsplit(settings.database_url).query == f"sslmode={mode}"
    assert bool(settings.warnings()) == (mode in {"disable", "allow", "prefer"})


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("sqlite:////var/lib/s.db", "sqlite:////var/lib/s.db"),
        ("postgres://u:p@h:5/n?sslmode=require", "postgresql://u:p@h:5/n?sslmode=require"),
        ("postgresql+asyncpg://u@h/n", "postgresql://u@h/n"),
        ("postgresql:///n?host=/run/postgresql", "postgresql:///n?host=/run/postgresql"),
    ],
)
def test_a_database_url_is_taken_as_given(given: str, url: str) -> None:
    assert load_settings({"DATABASE_URL": given}).database_url == url


def test_a_relative_sqlite_file_is_made_absolute(tmp_path: Path) -> None:
    assert load_settings({"DATABASE_URL": "sqlite:///my.db"}).database_url == f"sqlite:///{tmp_path}/my.db"


@pytest.mark.parametrize(
    "given",
    [
        "mysql://u:hunter2hunter2@h/n", "sqlite://", "sqlite:///", "sqlite:///:memory:", "postgresql://u@h",
        "postgresql://u:hunter2#hunter2@h/n", "postgresql://u:p@h:99999/n", "postgresql://u:p@[h/n", "plain",
        "postgresql://u@h/n?sslmode=yes-please-do", "postgresql://u:hunter2/hunter2@h/n",
    ],
)  # fmt: skip
def test_a_database_url_that_cannot_work_is_refused(given: str) -> None:
    assert named({"DATABASE_URL": given}) == ["DATABASE_URL"]


@pytest.mark.parametrize(
    "given",
    ["postgresql://me:changeme@h/n", "postgresql://me:ME@h/n", "postgresql://h/n?user=a&password=postgres"],
)
def test_a_guessable_database_password_is_refused_in_production(given: str) -> None:
    assert named(production(DATABASE_URL=given)) == ["DATABASE_URL"]
    assert load_settings({"DATABASE_URL": given}).database_url == given


def test_the_database_is_named_once() -> None:
    assert named({"DATABASE_URL": "sqlite:///x.db", "DB_HOST": "h", "DB_NAME": "n"}) == ["DATABASE_URL"]
    assert named({"DB_NAME": "n"}) == ["DB_HOST"]


@pytest.mark.parametrize(
    "origin",
    [
        "*", "https://*.example.org", "https://example.org/", "https://example.org/app", ".example.org",
        "https://.example.org", "https://example.org:443", "http://example.org:80", "ftp://example.org",
        "null", "https://Example.org", "https://user@example.org", "https://example.org?x",
        "https://ok.example.org,*",
    ],
)  # fmt: skip
def test_only_exact_origins(origin: str) -> None:
    assert named({"CORS_ORIGINS": origin}) == ["CORS_ORIGINS"]


def test_origins_as_a_browser_sends_them() -> None:
    given = "https://app.example.org, http://localhost:8443,http://[::1]:3000"
    origins = load_settings({"CORS_ORIGINS": given}).cors_origins
    assert origins == ("https://app.example.org", "http://localhost:8443", "http://[::1]:3000")


def test_proxies_and_cookies() -> None:
    settings = load_settings(
        {"TRUSTED_PROXIES": "10.0.0.0/8, ::1", "COOKIE_SAMESITE": "None", "COOKIE_SECURE": "1"}
        | {"COOKIE_DOMAIN": ".example.org"}
    )
    assert settings.trusted_proxies == ("10.0.0.0/8", "::1")
    assert settings.cookie_samesite == "none"
    assert named({"COOKIE_SAMESITE": "none"}) == ["COOKIE_SAMESITE"]
    assert named({"COOKIE_DOMAIN": "a; Path=/"}) == ["COOKIE_DOMAIN"]


def test_secrets_come_from_files_too() -> None:
    Path("jwt").write_text(STRONG + "\n")
    Path("empty").touch()
    assert load_settings({"JWT_SECRET_FILE": "jwt"}).jwt_secret.get_secret_value() == STRONG
    assert named({"JWT_SECRET_FILE": "absent"}) == ["JWT_SECRET_FILE"]
    assert named({"JWT_SECRET_FILE": "empty"}) == ["JWT_SECRET_FILE"]
    assert named({"JWT_SECRET_FILE": "jwt", "JWT_SECRET": STRONG}) == ["JWT_SECRET"]


def test_a_file_is_read_and_the_environment_wins() -> None:
    Path(".env").write_text(
        f"# mine\nexport PORT=9000\nDB_PASSWORD='a b\"$HOME'\nDB_HOST=h\nJWT_SECRET={STRONG}\n"
    )
    settings = load_settings({"HOST": "0.0.0.0", "UNKNOWN": "ignored"})  # noqa: S104
    assert (settings.port, settings.host) == (9000, "0.0.0.0")  # noqa: S104
    assert settings.db_password.get_secret_value() == 'a b"$HOME'
    assert load_settings({"PORT": "9001"}).port == 9001
    Path("jwt").write_text(FORMER)
    assert load_settings({"JWT_SECRET_FILE": "jwt"}).jwt_secret.get_secret_value() == FORMER


def test_a_named_file_must_exist_and_be_text() -> None:
    assert named({"ENV_FILE": "absent"}) == ["ENV_FILE"]
    Path("latin").write_bytes(b"APP_NAME=\xe9")
    assert named({"ENV_FILE": "latin"}) == ["ENV_FILE"]


def test_what_a_file_may_not_hold() -> None:
    Path("mine").write_text("PROT=9\nPORT_FILE=x\nHOST\n='\nAPP_ENV=prod\n")
    found = problems({"ENV_FILE": "mine"})
    assert found[0] == "PROT: unknown, in ENV_FILE; is PORT meant?"
    assert [problem.partition(":")[0] for problem in found] == [
        "PROT",
        "PORT_FILE",
        "ENV_FILE",
        "ENV_FILE",
        "APP_ENV",
        "JWT_SECRET",
    ]


def test_an_empty_variable_is_an_unset_one() -> None:
    assert load_settings({"PORT": "", "ENV_FILE": "", "DATABASE_URL": ""}).port == 8000


def test_nothing_shows_a_secret() -> None:
    secrets = {name: f"{name}-{STRONG}" for name in ("DB_PASSWORD", "JWT_SECRET", "SUPABASE_ANON_KEY")}
    settings = load_settings(secrets | {"DB_HOST": "h", "JWT_PREVIOUS_SECRETS": FORMER})
    text = f"{settings!r} {settings} {settings.shown()} {settings.model_dump_json()}"
    assert STRONG not in text
    assert FORMER not in text
    shown = dict(settings.shown())
    assert shown["JWT_SECRET"] == shown["JWT_PREVIOUS_SECRETS"] == "********"
    assert (shown["DATABASE_URL"], shown["DB_HOST"], shown["APP_DEBUG"]) == ("", "h", "false")
    assert list(shown) == [description.name for description in describe()]


def test_settings_are_frozen() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load_settings({}).port = 1  # type: ignore[misc]


def test_the_example_loads_with_every_line_uncommented() -> None:
    lines = (
        line[1:] if line.startswith("#") and line[1:2] != " " else line for line in env_example().splitlines()
    )
    Path("all").write_text("\n".join(line for line in lines if not line.startswith(("DB_", "DATABASE_URL"))))
    assert load_settings({"ENV_FILE": "all"}).shown() == load_settings({}).shown()


@pytest.mark.parametrize(
    ("path", "text"), [(".env.example", env_example()), ("docs/settings.md", settings_page())]
)
def test_the_committed_pages_have_not_drifted(path: str, text: str) -> None:
    assert (ROOT / path).read_text(encoding="utf-8") == text
