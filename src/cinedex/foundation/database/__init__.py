"""The database: the port that services see, beside its adapters."""

from cinedex.foundation.database.naming import metadata
from cinedex.foundation.database.port import ChangeSignal, Database, DatabaseUnavailable

__all__ = ["ChangeSignal", "Database", "DatabaseUnavailable", "metadata"]
