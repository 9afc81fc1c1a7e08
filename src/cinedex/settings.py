"""Settings: environment in, frozen values out. Only `app`, `cli` and `__main__` may read them."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, get_origin
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from cinedex.foundation.addresses import Network, read_network
from cinedex.foundation.urls import DatabaseUrl
from cinedex.search.address import SearchAddress

PREFIX = "CINEDEX_"


class SettingsError(Exception):
    """A variable has a value that cannot be used; the message names the variable, never its value."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """All that can be set, each as `CINEDEX_` and the name in capitals. `docs/settings.md` lists them."""

    host: str = "127.0.0.1"
    """The address to listen on."""
    port: Annotated[int, Meta(ge=1, le=65535)] = 8000
    """The port to listen on."""
    workers: Annotated[int, Meta(ge=1, le=64)] = 2
    """How many processes answer requests. The index has one writer, whatever this says."""
    follow: bool = True
    """Whether `cinedex serve` keeps the index in step; off where `cinedex index follow` does."""
    data_dir: Path = Path("data")
    """The folder of the index, the signing secret, and the database where it is a file."""
    database_url: DatabaseUrl | None = None
    """The PostgreSQL database; without it SQLite is used, a file in the data folder."""
    sample: bool = True
    """Whether a new, empty catalogue is filled with the sample films."""
    secret: Annotated[str, Meta(min_length=32)] | None = None
    """The key that signs tokens; without it one is made, and kept in the data folder."""
    previous_secrets: tuple[Annotated[str, Meta(min_length=32)], ...] = ()
    """Keys that have signed before, parted by commas; what they have signed is still read."""
    access_token_seconds: Annotated[int, Meta(ge=30, le=86400)] = 1800
    """How long an access token is good for."""
    refresh_token_seconds: Annotated[int, Meta(ge=300, le=31_536_000)] = 2_592_000
    """How long a refresh token is good for."""
    session_seconds: Annotated[int, Meta(ge=300, le=315_360_000)] = 7_776_000
    """How long after a login its session ends, however often it is refreshed."""
    password_mebibytes: Annotated[int, Meta(ge=7, le=1024)] = 64
    """How much memory Argon2id takes for one password."""
    password_iterations: Annotated[int, Meta(ge=1, le=20)] = 3
    """How many times it goes over that memory."""
    password_lanes: Annotated[int, Meta(ge=1, le=16)] = 4
    """In how many threads it does."""
    search_url: SearchAddress | None = None
    """The search cluster that holds the index; without it the index is in the data folder."""
    cache_megabytes: Annotated[int, Meta(ge=0, le=4096)] = 32
    """How much each process may keep of recent search answers; 0 keeps none."""
    cache_url: str | None = None
    """The Redis or Valkey in which all processes keep search answers too; without it none is asked."""
    cache_seconds: Annotated[int, Meta(ge=1, le=86400)] = 600
    """How long a search answer is kept in the cache of `cache_url`."""
    log_format: Literal["auto", "console", "json"] = "auto"
    """How a line is logged: for people, as JSON, or as JSON wherever it does not go to a terminal."""
    metrics_port: Annotated[int, Meta(ge=0, le=65535)] = 0
    """The port of `host` at which `/metrics` answers, apart from the service; 0 counts nothing."""
    drain_seconds: Annotated[int, Meta(ge=0, le=300)] = 0
    """How long after SIGTERM requests are still taken, while `/health/ready` says that the service goes away."""
    trusted_proxies: str | None = None
    """The proxies that say who a client is: addresses or networks, separated by commas; without it nobody does."""
    cors_origins: str | None = None
    """The origins whose pages may read answers, separated by commas, or `*` for all; without it none."""
    registrations_per_hour: Annotated[int, Meta(ge=0, le=1_000_000)] = 30
    """How many accounts one client may ask for in an hour without waiting; 0 sets no limit."""
    public_search: bool = True
    """Whether everybody may search and read films, or only those who have a token."""
    searches_per_minute: Annotated[int, Meta(ge=0, le=1_000_000)] = 0
    """How many searches one client may make in a minute; 0 sets no limit."""

    def __repr__(self) -> str:
        """Show everything but secrets; an address may hold a password."""
        shown = {name: getattr(self, name) for name in self.__struct_fields__ if name not in _SECRET}
        return f"Settings({', '.join(f'{name}={value!r}' for name, value in shown.items())})"

    @property
    def proxy_networks(self) -> list[Network]:
        """The networks of `trusted_proxies`."""
        read = [read_network(text) for text in _listed(self.trusted_proxies)]
        return [network for network in read if network]

    @property
    def origins(self) -> list[str]:
        """The origins of `cors_origins`."""
        return _listed(self.cors_origins)

    @property
    def database_path(self) -> Path:
        """The SQLite file, used when `database_url` is not set."""
        return self.data_dir / "cinedex.db"

    @property
    def database_name(self) -> str:
        """Which database this is, for people: without a password."""
        return str(self.database_url or self.database_path)

    @property
    def has_no_catalogue(self) -> bool:
        """Whether the catalogue would be a file, and there is none."""
        return self.database_url is None and not self.database_path.exists()

    @property
    def index_dir(self) -> Path:
        """The folder of the index's generations."""
        return self.data_dir / "index"

    @property
    def words_dir(self) -> Path:
        """Where this node keeps the list of words, if the index is in a cluster."""
        return self.data_dir / "words"

    @property
    def secret_path(self) -> Path:
        """The file of the signing secret, used when `secret` is not set."""
        return self.data_dir / "secret"

    @property
    def draining_path(self) -> Path:
        """The file that is there while the service goes away."""
        return self.data_dir / "run" / f"draining-{self.port}"

    @property
    def counts_path(self) -> Path:
        """The file in which the processes of a node count searches, where no Redis does."""
        return self.data_dir / "run" / "counts.db"

    @property
    def metrics_dir(self) -> Path:
        """The folder in which the processes of a service count."""
        return self.data_dir / "run" / f"metrics-{self.metrics_port}"


_SECRET = {"secret", "previous_secrets", "cache_url"}
_WORDS = {"on": True, "yes": True, "off": False, "no": False}


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings from `environment`; raises SettingsError for a value that cannot be used."""
    given: dict[str, object] = {}
    for field in msgspec.structs.fields(Settings):
        value = environment.get(PREFIX + field.name.upper(), "").strip()
        if value:
            given[field.name] = _in_parts(value, field.type)
    try:
        settings = msgspec.convert(given, Settings, strict=False, dec_hook=_read)
    except msgspec.ValidationError as error:
        text = str(error)
        name = text.partition("`$.")[2].rstrip("`").partition("[")[0]
        why = text.partition(" - at")[0].replace("`", "")
        if why.startswith("Invalid enum value"):
            # It would repeat the value.
            why = "Expected one of the words in docs/settings.md"
        raise SettingsError(f"{PREFIX}{name.upper()}: {why}") from None
    if settings.metrics_port == settings.port:
        raise SettingsError(f"{PREFIX}METRICS_PORT: Expected another port than that of the service")
    if settings.cache_url is not None and not _is_redis(settings.cache_url):
        raise SettingsError(
            f"{PREFIX}CACHE_URL: Expected redis://[user:password@]host[:port][/number], or rediss:// for TLS"
        )
    if any(read_network(text) is None for text in _listed(settings.trusted_proxies)):
        raise SettingsError(f"{PREFIX}TRUSTED_PROXIES: Expected addresses or networks, separated by commas")
    if not all(_is_origin(text) for text in settings.origins):
        raise SettingsError(
            f"{PREFIX}CORS_ORIGINS: Expected * or origins as https://films.example, separated by commas"
        )
    return settings


def _listed(text: str | None) -> list[str]:
    return [part.strip() for part in (text or "").split(",") if part.strip()]


def _is_origin(text: str) -> bool:
    """Say whether a browser may send this as an origin: lower case, and no path, not even a slash."""
    return text == "*" or re.fullmatch(r"https?://[a-z0-9.\-\[\]:]+", text) is not None


def _is_redis(url: str) -> bool:
    """Say whether a URL is that of a Redis; options behind a question mark would be at odds with our own."""
    try:
        parts = urlsplit(url)
        is_host = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    is_number = re.fullmatch(r"/?|/[0-9]{1,4}", parts.path) is not None
    return (
        parts.scheme in {"redis", "rediss"} and is_host and is_number and not (parts.query or parts.fragment)
    )


def _in_parts(value: str, kind: object) -> object:
    """Return a variable's text in the shape that msgspec reads this kind from."""
    if kind is bool:
        return _WORDS.get(value.lower(), value)
    if get_origin(kind) is tuple:
        return [part for part in map(str.strip, value.split(",")) if part]
    return value


def _read(kind: type, value: object) -> object:
    if kind in {Path, DatabaseUrl} and isinstance(value, str):
        return kind(value)
    if kind is SearchAddress and isinstance(value, str):
        return SearchAddress.parse(value)
    raise NotImplementedError(kind)
