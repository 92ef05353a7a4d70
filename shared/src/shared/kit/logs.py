"""Logs are events, not prose: one line each, ids only, on standard error."""

import logging
import re
import sys
from typing import Any, Literal

import structlog

_QUIET = (
    "aiokafka",
    "faststream",
    "twilio",
    "twilio.async_http_client",
    "httpx",
    "httpcore",
    "uvicorn.access",
)
_DETAIL = re.compile(r"^(DETAIL:).*?(?=\nHINT:|\n\n|\Z)", re.MULTILINE | re.DOTALL)


def configure_logs(service: str, *, form: Literal["console", "json"], level: str) -> None:
    """Set up the process's logs once. Libraries speak from warnings upwards only."""
    number = getattr(logging, level.upper())
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if form == "json"
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(),
            exception_formatter=structlog.dev.plain_traceback,  # the default shows local variables
        )
    )
    common: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*common, structlog.processors.format_exc_info, without_rows, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(service=service)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=common,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                without_rows,
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.ERROR)


def without_rows(_: Any, __: str, event: Any) -> Any:
    """PostgreSQL quotes the row or the key that it refuses: somebody's address may be in it."""
    if isinstance(event.get("exception"), str):
        event["exception"] = _DETAIL.sub(r"\1 •••", event["exception"])
    return event


def get_logger() -> Any:
    """The logger of the service; call it as `log.info("delivery.settled", delivery_id=…)`."""
    return structlog.get_logger()
