"""The ASGI application: `uvicorn --factory steward.main:create`."""

import structlog
from starlette.types import ASGIApp

from steward.api.app import create_app
from steward.bootstrap import bootstrap
from steward.infrastructure import logging, telemetry
from steward.settings import load_settings


def create() -> ASGIApp:
    """Make the application from the environment. Raises SettingsError with every problem."""
    settings = load_settings()
    logging.configure(settings.log_level, json=settings.app_env != "dev")
    for warning in settings.warnings():
        structlog.get_logger("steward").warning("setting", problem=warning)
    system, lifespan = bootstrap(settings)
    app = create_app(system, lifespan)
    traced = telemetry.instrument(settings.app_name, endpoint=settings.otel_exporter_otlp_endpoint)
    return app if traced is None else traced(app)
