"""Addresses of servers that may hold a password, and never show it."""

from urllib.parse import unquote, urlsplit, urlunsplit

_SHAPE = "must be like postgresql://user:password@host/database"


class DatabaseUrl:
    """Where a PostgreSQL database is. Its text shows everything but the password.

    Raises ValueError, which repeats nothing of what was given.
    """

    def __init__(self, text: str) -> None:
        try:
            parts = urlsplit(text)
            self.password = unquote(parts.password) if parts.password else None
        except ValueError:
            raise ValueError(_SHAPE) from None
        if parts.scheme not in {"postgresql", "postgres"} or len(parts.path) <= 1 or parts.fragment:
            raise ValueError(_SHAPE)
        if "password" in parts.query:
            raise ValueError("must have its password before the host")
        user, at, hosts = parts.netloc.rpartition("@")
        self.with_password = text
        self._shown = urlunsplit(parts._replace(netloc=user.partition(":")[0] + at + hosts))

    def __str__(self) -> str:
        """Show everything but the password."""
        return self._shown

    def __repr__(self) -> str:
        """Show everything but the password."""
        return f"DatabaseUrl({self._shown!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DatabaseUrl) and other.with_password == self.with_password

    def __hash__(self) -> int:
        return hash(self.with_password)
