"""The foundation on each kind of database."""

from catalogues import pytest_generate_tests

__all__ = ["pytest_generate_tests"]
