"""The settings themselves: name, kind, bounds, default and meaning, each once."""

from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from pydantic import BeforeValidator, Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from steward.settings.checks import CHECKS, ENCRYPTED_SSLMODES, SECRET_MIN_CHARACTERS

MASK = "********"
DEVELOPMENT_ORIGINS = ("http://localhost:3000", "http://127.0.0.1:3000")


class SettingDescription(NamedTuple):
    """One setting as the documentation shows it, its default as it would be written in a file."""

    name: str
    default: str
    description: str
    secret: bool


def _text(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)


def _setting(  # it stands for pydantic's Field, which is as loosely typed
    default: Any,  # noqa: ANN401
    description: str,
    *,
    shown: str | None = None,
    secret: bool = False,
    **limits: Any,  # noqa: ANN401
) -> Any:  # noqa: ANN401
    extra: Any = {"shown": _text(default) if shown is None else shown, "secret": secret}
    return Field(default, description=description, json_schema_extra=extra, **limits)


def folded(value: object) -> object:
    """Text trimmed and in lower case; anything else as it is."""
    return value.strip().lower() if isinstance(value, str) else value


def _split(value: object) -> object:
    return tuple(filter(None, map(str.strip, value.split(",")))) if isinstance(value, str) else value


def _secure(value: object, info: ValidationInfo) -> object:
    return info.data.get("app_env") != "dev" if value is None else value


def _origins(value: object, info: ValidationInfo) -> object:
    return (
        (DEVELOPMENT_ORIGINS if info.data.get("app_env") == "dev" else ()) if value is None else _split(value)
    )


_Folded = BeforeValidator(folded)
_Split = BeforeValidator(_split)
_Sslmode = Literal["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]
_Count = Annotated[int, Field(ge=1, le=1_000_000)]
_NONE = SecretStr("")


class Settings(BaseSettings):
    """Everything an operator may decide. `load_settings` makes it; a field is its variable in lower case."""

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", validate_default=True, hide_input_in_errors=True
    )

    # A check sees the fields above it only, so the order here is the order of deciding.
    app_name: str = _setting("Steward", "What the server calls itself.", min_length=1, max_length=100)
    app_env: Annotated[Literal["dev", "staging", "production"], _Folded] = _setting(
        "dev", "`dev`, `staging` or `production`. Outside `dev` nothing unsafe has a default."
    )
    app_debug: bool = _setting(default=False, description="Detail for developers. Refused in production.")
    data_dir: Path = _setting(
        Path("data"), "Folder of the SQLite file, the `dev` secret and uploads.", shown="./data"
    )
    host: str = _setting("127.0.0.1", "Address to listen on.", min_length=1)
    port: int = _setting(8000, "Port to listen on; 0 takes any free one.", ge=0, le=65535)
    workers: int = _setting(1, "Worker processes.", ge=1, le=256)
    shutdown_timeout_seconds: int = _setting(10, "Time to finish requests when stopped.", ge=1, le=300)
    trusted_proxies: Annotated[tuple[str, ...], _Split] = _setting(
        (), "Addresses or networks, comma-separated, whose `X-Forwarded-*` is believed."
    )
    log_level: Annotated[Literal["debug", "info", "warning", "error"], _Folded] = _setting(
        "info", "`debug`, `info`, `warning` or `error`."
    )
    otel_exporter_otlp_endpoint: str | None = _setting(
        None, "OpenTelemetry collector (OTLP over HTTP) for traces; needs the extra `otel`."
    )
    db_host: str | None = _setting(None, "PostgreSQL server, or the folder of its socket.")
    db_port: int = _setting(5432, "PostgreSQL port.", ge=1, le=65535)
    db_name: str = _setting("steward", "PostgreSQL database.", min_length=1)
    db_user: str = _setting("steward", "PostgreSQL role.", min_length=1)
    db_password: SecretStr = _setting(_NONE, "Password of that role.", secret=True)
    db_sslmode: Annotated[_Sslmode, _Folded] = _setting(
        "prefer", "As in libpq: `disable`, `allow`, `prefer`, `require`, `verify-ca` or `verify-full`."
    )
    given_database_url: SecretStr = _setting(
        _NONE,
        "`sqlite:////path` or `postgresql://user:password@host/name`, instead of any `DB_*`. "
        "With neither: SQLite in `DATA_DIR`.",
        secret=True,
        alias="database_url",
    )
    database_pool_size: int = _setting(8, "PostgreSQL connections of each worker.", ge=1, le=200)
    database_statement_timeout_seconds: int = _setting(5, "Longest a statement may run.", ge=1, le=300)
    auth_mode: Annotated[Literal["local", "supabase"], _Folded] = _setting(
        "local", "Who keeps the accounts: `local` or `supabase`."
    )
    supabase_url: str = _setting("", "Address of the Supabase project; required in that mode.")
    supabase_anon_key: SecretStr = _setting(
        _NONE, "Its public (anon) key; required in that mode.", secret=True
    )
    jwt_secret: SecretStr = _setting(
        _NONE,
        f"Signs sessions; at least {SECRET_MIN_CHARACTERS} random characters. In `dev` made once and kept in "
        "`DATA_DIR/jwt-secret`, elsewhere required.",
        secret=True,
    )
    jwt_previous_secrets: Annotated[tuple[SecretStr, ...], _Split] = _setting(
        (), "Former secrets, comma-separated, that still verify: for rotation.", secret=True
    )
    jwt_expires_minutes: int = _setting(60, "Life of a session's token and cookie.", ge=1, le=1440)
    cookie_secure: Annotated[bool, BeforeValidator(_secure)] = _setting(
        None, "Cookie over HTTPS only.", shown="true outside dev"
    )
    cookie_samesite: Annotated[Literal["lax", "strict", "none"], _Folded] = _setting(
        "lax", "`lax`, `strict` or `none`; `none` needs `COOKIE_SECURE`."
    )
    cookie_domain: str | None = _setting(
        None,
        "Domain of the cookie; without it, this host only.",
        pattern=r"^\.?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$",
    )
    cors_origins: Annotated[tuple[str, ...], BeforeValidator(_origins)] = _setting(
        None,
        "Exact origins, comma-separated, of browser apps served from elsewhere.",
        shown=f"{','.join(DEVELOPMENT_ORIGINS)} in dev",
    )
    limit_failed_sign_ins_per_address_per_minute: _Count = _setting(10, "Failed sign-ins from one address.")
    limit_failed_sign_ins_per_account_per_5_minutes: _Count = _setting(5, "Failed sign-ins to one account.")
    limit_registrations_per_address_per_hour: _Count = _setting(60, "New accounts from one address.")
    limit_api_keys_per_user_per_hour: _Count = _setting(10, "New API keys of one user.")
    limit_writes_per_user_per_minute: _Count = _setting(600, "Changes by one user.")
    price_source: Annotated[Literal["static", "simulated"], _Folded] = _setting(
        "static", "`static` (fixed prices) or `simulated` (a random walk that says so)."
    )
    price_max_age_days: int = _setting(
        7, "How far back the last close or rate may lie that stands for a day without one.", ge=0, le=366
    )
    market_seed: int = _setting(1, "Seed of the simulated market: the same seed, the same prices.", ge=0)
    market_maker: bool = _setting(
        default=False,
        description="Whether a house of the exchange quotes around the price on the venue `book`.",
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the signature is pydantic's
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What `load_settings` read and nothing else: it knows the file, `NAME_FILE` and every problem."""
        return (init_settings,)

    @field_validator(*CHECKS)
    @classmethod
    def _allowed(cls, value: Any, info: ValidationInfo) -> Any:  # noqa: ANN401 - one door for every check
        if problem := CHECKS[info.field_name or ""](value, info.data):
            raise ValueError(problem)
        return value

    @property
    def database_url(self) -> str:
        """Where the data is: `sqlite:////absolute/path` or `postgresql://…`, its parts quoted."""
        if given := self.given_database_url.get_secret_value():
            scheme, _, rest = given.partition("://")
            return f"sqlite:///{Path(rest[1:]).absolute()}" if scheme == "sqlite" else f"postgresql://{rest}"
        if self.db_host is None:
            return f"sqlite:///{(self.data_dir / 'steward.db').absolute()}"
        password = quote(self.db_password.get_secret_value(), safe="")
        role = quote(self.db_user, safe="") + (f":{password}" if password else "")
        query: dict[str, object] = {"sslmode": self.db_sslmode}
        if self.db_host.startswith("/"):
            query |= {"host": self.db_host, "port": self.db_port}
            address = ""
        else:
            address = (
                f"[{self.db_host}]:{self.db_port}"
                if ":" in self.db_host
                else f"{self.db_host}:{self.db_port}"
            )
        return f"postgresql://{role}@{address}/{quote(self.db_name, safe='')}?{urlencode(query)}"

    def shown(self) -> list[tuple[str, str]]:
        """Each variable with its value, secrets masked."""
        values = {name: getattr(self, name) for name in type(self).model_fields}
        return [
            (d.name, (MASK if values[name] else "") if d.secret else _text(values[name]))
            for name, d in zip(values, describe(), strict=True)
        ]

    def warnings(self) -> list[str]:
        """What is allowed but unwise, by variable."""
        url = urlsplit(self.database_url)
        remote = url.scheme == "postgresql" and url.hostname not in (None, "localhost", "127.0.0.1", "::1")
        sslmode = parse_qs(url.query).get("sslmode", ["prefer"])[-1]
        found = []
        if self.app_env != "dev" and remote and sslmode not in ENCRYPTED_SSLMODES:
            found.append(f"DB_SSLMODE: {sslmode} may send data in plain text; use verify-full")
        return found


def describe() -> list[SettingDescription]:
    """Every setting, in the order of the class."""
    found = []
    for name, field in Settings.model_fields.items():
        extra: Any = field.json_schema_extra
        variable = (field.alias or name).upper()
        found.append(SettingDescription(variable, extra["shown"], field.description or "", extra["secret"]))
    return found
