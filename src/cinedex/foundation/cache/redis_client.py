"""The way to a Redis or Valkey: connections for calls that have little time."""

import ssl
from typing import Any

from redis.asyncio import BlockingConnectionPool, Redis, SSLConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

_CONNECTIONS = 32


class _OverTLS(SSLConnection):
    """A connection over TLS; all have one context, since making one takes longer than a search may wait."""

    def __init__(self, *, tls: ssl.SSLContext, **given: Any) -> None:
        super().__init__(**given)
        self.ssl_context.context = tls


def redis_client(url: str) -> Redis:
    """Return a client that waits for ever and asks once: its callers set the time limit of each call."""
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=_CONNECTIONS,
        # Time limits hold for a call as a whole: waiting for a connection, making it, asking.
        timeout=None,
        socket_timeout=None,
        socket_connect_timeout=None,
        # There is no time to ask again; a connection that the server has closed is noticed beforehand.
        retry=Retry(NoBackoff(), 0),
        # Spoken by every version, in fewer messages for each new connection.
        protocol=2,
        driver_info=None,
    )
    if pool.connection_class is SSLConnection:
        pool.connection_class = _OverTLS
        pool.connection_kwargs["tls"] = ssl.create_default_context()
    return Redis.from_pool(pool)
