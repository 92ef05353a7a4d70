"""`python -m carillon.front`: reads HTTP_HOST, HTTP_PORT and `<SERVICE>_URL`, serves until SIGTERM."""

import os
import sys

import uvicorn

from carillon.front.proxy import Front
from carillon.front.routes import SERVICES


def main() -> None:
    """Serve; a service without an address answers 404. Exit 1 with a sentence on a wrong port."""
    upstreams = {name: os.environ[key] for name in SERVICES if os.environ.get(key := f"{name.upper()}_URL")}
    port = os.environ.get("HTTP_PORT", "8400")
    if not port.isdigit() or int(port) > 65_535:
        sys.exit("HTTP_PORT is wrong: it expects a port, 0 to 65535.")
    uvicorn.run(
        Front(upstreams),
        host=os.environ.get("HTTP_HOST", "127.0.0.1"),
        port=int(port),
        loop="uvloop",
        http="httptools",
        ws="none",
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=3,
    )


if __name__ == "__main__":
    main()
