"""Style, script and pictures under names that hold a digest of their content, so that they may be kept for good."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from fastapi import APIRouter, Response

from shared.kit.web.problems import ProblemError

DIGEST_CHARS = 12
KEEP = "public, max-age=31536000, immutable"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}


class UnknownAsset(KeyError):
    """No folder holds a file of this name: a mistake in a template."""


class AssetFiles:
    """The files of some folders, read once; a later folder may not repeat a name."""

    def __init__(self, path: str, folders: Iterable[Path]) -> None:
        self._path = path.rstrip("/")
        self._urls: dict[str, str] = {}
        self._contents: dict[str, tuple[bytes, str]] = {}
        for folder in folders:
            for file in sorted(folder.glob("*")):
                if file.suffix in _TYPES:
                    self._add(file)

    def _add(self, file: Path) -> None:
        if file.name in self._urls:
            raise ValueError(f"two assets are called {file.name}")
        content = file.read_bytes()
        digest = hashlib.sha256(content).hexdigest()[:DIGEST_CHARS]
        name = f"{file.stem}.{digest}{file.suffix}"
        self._urls[file.name] = f"{self._path}/{name}"
        self._contents[name] = content, _TYPES[file.suffix]

    def url(self, name: str) -> str:
        """Where `page.css` is served."""
        if name not in self._urls:
            raise UnknownAsset(name)
        return self._urls[name]

    def router(self) -> APIRouter:
        router = APIRouter(include_in_schema=False)

        @router.get(self._path + "/{name}")
        async def asset(name: str) -> Response:
            found = self._contents.get(name)
            if found is None:
                raise ProblemError(404, "not_found", "There is no such asset.")
            content, kind = found
            return Response(content, media_type=kind, headers={"Cache-Control": KEEP})

        return router
