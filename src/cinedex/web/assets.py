"""The files that pages use: read once, and addressed by what they hold, so that a browser may keep them."""

from hashlib import blake2b
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import PurePath
from typing import Any, Final

import msgspec
from litestar import HttpMethod, Request, Response, route
from litestar.params import FromPath

from cinedex.foundation.errors import NotFound

# The system's own table of types is not asked: on some systems it calls a script plain text.
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


class Asset(msgspec.Struct, frozen=True):
    """A file as it is sent; `version` changes with what it holds."""

    body: bytes
    media_type: str
    version: str


def _read_all() -> dict[str, Asset]:
    files = resources.files("cinedex.web").joinpath("static").iterdir()
    return {file.name: _read(file) for file in files if PurePath(file.name).suffix in _TYPES}


def _read(file: Traversable) -> Asset:
    body = file.read_bytes()
    return Asset(body, _TYPES[PurePath(file.name).suffix], blake2b(body, digest_size=8).hexdigest())


_ASSETS: Final = _read_all()


def address_of(name: str) -> str:
    """Return the address of a file, which changes when the file does."""
    return f"/static/{name}?v={_ASSETS[name].version}"


@route("/static/{name:str}", http_method=[HttpMethod.GET, HttpMethod.HEAD], include_in_schema=False)
async def send_asset(name: FromPath[str], request: Request[Any, Any, Any]) -> Response[bytes]:
    """Send a file. Only the address of this very version may be kept for good."""
    asset = _ASSETS.get(name)
    if asset is None:
        raise NotFound("There is no such file.")
    is_this_version = request.query_params.get("v") == asset.version
    headers = {
        "etag": f'"{asset.version}"',
        "cache-control": "public, max-age=31536000, immutable" if is_this_version else "no-cache",
    }
    if headers["etag"] in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=headers, media_type=asset.media_type)
    return Response(asset.body, status_code=200, headers=headers, media_type=asset.media_type)
