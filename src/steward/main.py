"""The ASGI application: `uvicorn --factory steward.main:create`."""

import multiprocessing
import os
import signal
import threading

import structlog
from starlette.types import ASGIApp

from steward.api.app import create_app
from steward.bootstrap import bootstrap
from steward.infrastructure import logging, telemetry
from steward.settings import load_settings


def create() -> ASGIApp:
    """Make the application from the environment. Raises SettingsError with every problem."""
    _end_with_parent()
    settings = load_settings()
    logging.configure(settings.log_level, json=settings.app_env != "dev")
    for warning in settings.warnings():
        structlog.get_logger("steward").warning("setting", problem=warning)
    system, lifespan = bootstrap(settings)
    app = create_app(system, lifespan)
    traced = telemetry.instrument(settings.app_name, endpoint=settings.otel_exporter_otlp_endpoint)
    return app if traced is None else traced(app)


def _end_with_parent() -> None:
    """Drain when the process that started this worker is killed.

    Otherwise the workers would hold the port against the next start, with nobody to stop them.
    """
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()
