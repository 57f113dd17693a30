"""What the server says about itself: JSON lines on stdout, in UTC, that hold nothing private.

`configure` serves everything that is rare; `AccessLog` is for the one line that every request costs.
"""

import asyncio
import logging
import re
import sys
from contextlib import suppress
from datetime import UTC, datetime
from typing import TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

# A value appears only under one of these names, so a new one is withheld until somebody decides.
SHOWN = frozenset(
    (
        *("timestamp", "level", "event", "logger", "exception", "stack", "reason", "code"),
        *("request_id", "user_id", "portfolio_id", "order_id", "method", "route", "status", "duration_ms"),
        *("worker", "pid", "host", "port", "signal", "version", "migration", "job", "invariant", "limit"),
        *("attempt", "count", "seconds", "price_source", "database", "setting", "warning"),
    )
)
WITHHELD = "[withheld]"
TEXT_MAX_CHARACTERS = 20_000
FLUSH_SECONDS = 0.2
FLUSH_LINES = 200
# A pipe takes 4096 bytes as one piece, so the lines of several workers on one stdout are not mixed.
LINES_PER_WRITE = 12
METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,20}")
_PRIVATE = re.compile(
    r"[\w.+%-]{1,64}@[\w-]+(?:\.[\w-]+)+"  # an e-mail address
    r"|\beyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?"  # a JSON web token
    r"|(?i:\b(?:bearer|basic)\s+[\w.~+/=-]+)"
    r"|(?<=://)[^\s/@]+(?=@)"  # the user and password of an address
    r"|(?<=[\w/])\?[^\s\"'?]+=[^\s\"']*"  # a query string
    r"|(?i:\b(?:access_token|authorization|cookie|password|secret)\b\"?'?\s*[=:]\s*(?:(?:bearer|basic)\s+)?)[^\s,;]+"
)


def configure(level: str, *, json: bool) -> None:
    """Send structlog's and the standard library's records to stdout: JSON lines, or colours for a person.

    `level` is `debug`, `info`, `warning` or `error`. Run uvicorn with `log_config=None`, or it undoes this.
    """
    every: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        withhold,
    ]
    person = structlog.dev.ConsoleRenderer(colors=sys.stdout.isatty())
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=every,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer() if json else person,
            ],
        )
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *every,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    # It writes the raw path with its query; AccessLog writes the route.
    logging.getLogger("uvicorn.access").disabled = True


def withhold(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """The event without the values whose names are not in SHOWN, its texts cleared of private parts."""
    return {name: _cleared(name, value) for name, value in event.items()}


def _cleared(name: str, value: object) -> object:
    if name.startswith("_") or value is None or isinstance(value, bool | int | float):
        return value if name in SHOWN or name.startswith("_") else WITHHELD
    return _PRIVATE.sub(WITHHELD, str(value)[:TEXT_MAX_CHARACTERS]) if name in SHOWN else WITHHELD


class AccessLog:
    """One JSON line per request, cheap enough for every request: gathered, then written many at a time.

    A line is on `stream` at the latest FLUSH_SECONDS later, and after `close()`.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout
        self._lines: list[str] = []
        self._second = -1
        self._second_text = ""
        self._timer: asyncio.TimerHandle | None = None

    def line(
        self,
        *,
        at: float,
        request_id: str,
        method: str,
        route: str,
        status: int,
        duration_ms: float,
        user_id: str | None,
    ) -> None:
        """Note one answered request; `at` in seconds since 1970, `route` the template, never the raw path."""
        second = int(at)
        if second != self._second:
            self._second = second
            self._second_text = datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S")
        # These two may have come with the request, and nothing below escapes.
        if method not in METHODS and not _TOKEN.fullmatch(method):
            method = "invalid"
        if not (request_id.isascii() and request_id.replace("-", "").isalnum()):
            request_id = "invalid"
        user = f'"{user_id}"' if user_id else "null"
        self._lines.append(
            f'{{"timestamp":"{self._second_text}.{int((at - second) * 1000):03d}Z","level":"info",'
            f'"event":"request","request_id":"{request_id}","user_id":{user},"method":"{method}",'
            f'"route":"{route}","status":{status},"duration_ms":{duration_ms:.2f}}}\n'
        )
        if self._timer is None or len(self._lines) >= FLUSH_LINES:
            self._flush_soon()

    def close(self) -> None:
        """Write what is gathered."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        lines, self._lines = self._lines, []
        # A reader of the log who went away is no reason to fail a request.
        with suppress(OSError, ValueError):
            for start in range(0, len(lines), LINES_PER_WRITE):
                self._stream.write("".join(lines[start : start + LINES_PER_WRITE]))
                self._stream.flush()

    def _flush_soon(self) -> None:
        if len(self._lines) < FLUSH_LINES:
            with suppress(RuntimeError):
                self._timer = asyncio.get_running_loop().call_later(FLUSH_SECONDS, self.close)
                return
        self.close()
