"""Nothing that holds a password, token, key or address with credentials shows it, whichever class it is of."""

import dataclasses
import importlib
import pkgutil
import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
import pytest

import cinedex
from cinedex.accounts.tokens import AccessTokens
from cinedex.foundation.bodies import decode_body
from cinedex.foundation.cache.redis_cache import RedisCache
from cinedex.foundation.cache.redis_counters import RedisCounters
from cinedex.foundation.database.advisory import Advisory
from cinedex.foundation.database.postgres.database import PostgresDatabase
from cinedex.foundation.database.postgres.lead import PostgresLead
from cinedex.foundation.errors import Invalid
from cinedex.foundation.urls import DatabaseUrl
from cinedex.search.address import SearchAddress
from cinedex.search.engines.cluster.transport import Cluster
from cinedex.settings import PREFIX, Settings, SettingsError, read_settings

SECRET = "kaleidoscope-of-the-tests-and-long-enough"
NAMES = re.compile(r"password|passwd|secret|token|credential|_?hash$|(^|_)(key|url|refresh|access)s?$")
# Their names say so, and they are no secrets: what is counted, where a list goes on, who may call.
SHOWN = {("Attempts", "key"), ("Place", "key"), ("Call", "access")}


def classes() -> Iterator[type]:
    """Yield each class of the program that is made of fields."""
    found: set[type] = set()
    for module in pkgutil.walk_packages(cinedex.__path__, "cinedex."):
        if "migrations" in module.name or module.name.endswith("__main__"):
            continue
        for kind in vars(importlib.import_module(module.name)).values():
            if isinstance(kind, type) and kind.__module__.startswith("cinedex"):
                found.add(kind)
    yield from sorted(found, key=lambda kind: (kind.__module__, kind.__qualname__))


def fields_of(kind: type) -> dict[str, str]:
    """Return the names of a class's fields, and of what type each is, as text."""
    told = {
        name: str(it)
        for base in reversed(kind.__mro__)
        for name, it in vars(base).get("__annotations__", {}).items()
    }
    names: Iterable[str] = getattr(kind, "__struct_fields__", getattr(kind, "_fields", ()))
    if dataclasses.is_dataclass(kind):
        names = [field.name for field in dataclasses.fields(kind)]
    return {name: told.get(name, "") for name in names}


def secret_fields(kind: type) -> set[str]:
    """Return the fields that hold text which nobody should read."""
    return {
        name
        for name, told in fields_of(kind).items()
        if NAMES.search(name)
        and re.search("str|bytes|Url|Address", told)
        and (kind.__name__, name) not in SHOWN
    }


def holding(told: str) -> object:
    """Return a value of a field's type that holds the secret."""
    if "DatabaseUrl" in told:
        return DatabaseUrl(f"postgresql://ann:{SECRET}@db:5432/films")
    if "SearchAddress" in told:
        return SearchAddress.parse(f"elasticsearch://ann:{SECRET}@one:9200")
    return SECRET


HOLDERS = [kind for kind in classes() if secret_fields(kind)]


def test_the_walk_finds_those_that_are_known() -> None:
    names = {kind.__name__ for kind in HOLDERS}
    assert names >= {"Settings", "Credentials", "LoggedIn", "Tokens", "KeyMade", "Account", "Renewal"}


@pytest.mark.parametrize("kind", HOLDERS, ids=lambda kind: kind.__qualname__)
def test_what_has_a_secret_field_does_not_show_it(kind: Any) -> None:
    secret = secret_fields(kind)
    held = kind(**{name: holding(told) if name in secret else "" for name, told in fields_of(kind).items()})
    for shown in (repr(held), str(held), f"{held}", repr([held]), repr({"held": held}), f"{held!r:>5}"):
        assert SECRET not in shown


@pytest.mark.parametrize(
    "held",
    [
        DatabaseUrl(f"postgresql://ann:{SECRET}@db:5432/films"),
        SearchAddress.parse(f"opensearch+https://ann:{SECRET}@one:9200,two:9200/films"),
        Cluster(SearchAddress.parse(f"elasticsearch://ann:{SECRET}@one:9200")),
        AccessTokens([SECRET, SECRET + "-before"], 600),
        RedisCache(f"redis://ann:{SECRET}@cache:6379/0", "cinedex:", 60),
        RedisCounters(f"redis://ann:{SECRET}@cache:6379/0", "cinedex:"),
        PostgresDatabase(DatabaseUrl(f"postgresql://ann:{SECRET}@db:5432/films")),
        PostgresLead(DatabaseUrl(f"postgresql://ann:{SECRET}@db:5432/films"), Advisory.LEAD),
    ],
    ids=lambda held: type(held).__name__,
)
def test_what_is_made_of_a_secret_does_not_show_it(held: object) -> None:
    assert SECRET not in f"{held!r} {held} {[held]}"


@pytest.mark.parametrize("name", Settings.__struct_fields__)
@pytest.mark.parametrize(
    "value", [SECRET, f"redis://:{SECRET}", f"postgresql://ann:{SECRET}@", f"x://{SECRET}@y"]
)
def test_a_setting_that_cannot_be_read_is_not_repeated(name: str, value: str) -> None:
    try:
        shown = repr(read_settings({PREFIX + name.upper(): value}))
    except SettingsError as error:
        shown = f"{error} {error!r}"
    assert SECRET not in shown or name in {"host", "data_dir", "trusted_proxies", "cors_origins"}


READ = [kind for kind in HOLDERS if issubclass(kind, msgspec.Struct) and kind.__module__.endswith("schemas")]


@pytest.mark.parametrize("kind", READ, ids=lambda kind: kind.__qualname__)
@pytest.mark.parametrize("wrong", [[SECRET], {SECRET: SECRET}, [[SECRET]]])
def test_a_body_with_a_secret_of_another_type_is_not_repeated(
    kind: type[msgspec.Struct], wrong: object
) -> None:
    for field in secret_fields(kind):
        body = {name: wrong if name == field else "x" for name in fields_of(kind)}
        with pytest.raises(Invalid) as refusal:
            decode_body(msgspec.json.encode(body), "application/json", kind)
        assert SECRET not in f"{refusal.value!r} {refusal.value.text} {refusal.value.fields}"
