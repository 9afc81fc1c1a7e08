"""Where a search cluster is: `CINEDEX_SEARCH_URL`, read into a value that never shows its password.

elasticsearch://host:9200
opensearch+https://user:password@one:9200,two:9200/films?ca=/etc/ssl/our-ca.pem
"""

import re
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple, Self
from urllib.parse import parse_qsl, unquote

_DEFAULT_PORT = 9200
_DEFAULT_NAME = "cinedex"
_HIGHEST_PORT = 65_535

_URL = re.compile(
    r"(?P<product>elasticsearch|opensearch)(?P<tls>\+https)?://"
    r"(?:(?P<user>[^:@/?#]*):(?P<password>[^@/?#]*)@)?"
    r"(?P<hosts>[^@/?#]+)"
    r"(?:/(?P<name>[^?#]*))?(?:\?(?P<options>[^#]*))?"
)
_HOST = re.compile(r"(?P<host>[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::(?P<port>\d{1,5}))?")
_NAME = re.compile("[a-z][a-z0-9_-]{0,99}")


class Product(StrEnum):
    """The two engines, which began as one."""

    ELASTICSEARCH = "elasticsearch"
    OPENSEARCH = "opensearch"


class Host(NamedTuple):
    """One node that can be asked."""

    name: str
    port: int


class SearchAddress:
    """A cluster's product and hosts, the name of our index in it, and how to get in."""

    def __init__(  # noqa: PLR0913 -- one for each part of a URL
        self,
        product: Product,
        hosts: tuple[Host, ...],
        *,
        name: str = _DEFAULT_NAME,
        uses_tls: bool = False,
        ca: str | None = None,
        credentials: tuple[str, str] | None = None,
    ) -> None:
        self.product = product
        self.hosts = hosts
        self.name = name
        self.uses_tls = uses_tls
        self.ca = ca
        self.credentials = credentials

    @classmethod
    def parse(cls, url: str) -> Self:
        """Read a URL; raises ValueError, whose message holds nothing of the URL."""
        parts = _URL.fullmatch(url)
        if parts is None:
            raise ValueError(
                "Expected elasticsearch:// or opensearch:// (with +https before the colon for TLS), user:password@ "
                "where the cluster asks for it, and hosts parted by commas"
            )
        name = parts["name"] or _DEFAULT_NAME
        if not _NAME.fullmatch(name):
            raise ValueError("Expected a name of small letters, digits, - and _ after the hosts")
        options = dict(parse_qsl(parts["options"] or "", keep_blank_values=True))
        ca = options.pop("ca", None)
        if options or (ca is not None and (parts["tls"] is None or not Path(ca).is_file())):
            raise ValueError("Expected no option but ca, the file of a certificate authority, with +https")
        credentials = None
        if parts["user"] is not None:
            credentials = (unquote(parts["user"]), unquote(parts["password"]))
        return cls(
            Product(parts["product"]),
            tuple(dict.fromkeys(_host(one) for one in parts["hosts"].split(","))),
            name=name,
            uses_tls=parts["tls"] is not None,
            ca=ca,
            credentials=credentials,
        )

    def __repr__(self) -> str:
        """Show the address without its credentials."""
        hosts = ",".join(f"[{host}]:{port}" if ":" in host else f"{host}:{port}" for host, port in self.hosts)
        return f"{self.product}{'+https' if self.uses_tls else ''}://{hosts}/{self.name}"


def _host(text: str) -> Host:
    parts = _HOST.fullmatch(text)
    port = _DEFAULT_PORT if parts is None or parts["port"] is None else int(parts["port"])
    if parts is None or not 0 < port <= _HIGHEST_PORT:
        raise ValueError("Expected each host as a name or address, and a port from 1 to 65535 after a colon")
    return Host(parts["host"].strip("[]"), port)
