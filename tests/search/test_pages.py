"""Pages while the catalogue changes: what stays as it is is shown once, whatever comes, changes and goes."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from hashlib import blake2b
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from httpx import AsyncClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cinedex.movies.intake import MovieFile
from cinedex.movies.models import NewMovie
from cinedex.movies.sample import SAMPLE
from cinedex.services import Services, build_services
from cinedex.settings import Settings
from search.lists import LIST, SEARCH, SORTS, all_films, page_of
from search.steps import catch_up, change, opened_app
from tiers import EMBEDDED

few = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

Happenings = list[list[tuple[str, int]]]

TEXTS = [None, "the", "man", "spielberg", "lov"]


def known_films() -> list[NewMovie]:
    """The sample, in an order that mixes the famous films, genres and years."""
    with MovieFile(SAMPLE) as file:
        films = [film for film in file if isinstance(film, NewMovie)]
    return sorted(films, key=lambda film: blake2b(film.identity_key.encode()).digest())


FILMS = known_films()

# What happens between two pages: films are added, changed into others, and deleted.
events = st.lists(st.tuples(st.sampled_from(["add", "change", "delete"]), st.integers(0, 10_000)), max_size=6)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, empty_catalogue: Path) -> Path:
    """A data folder with some films in it, indexed, for each example to copy."""
    directory = tmp_path_factory.mktemp("filled")
    shutil.copy(empty_catalogue, directory / "cinedex.db")

    async def make() -> None:
        services = build_services(Settings(data_dir=directory, secret="k" * 40))
        await services.movies.load(FILMS[:150])
        await catch_up(services)
        await services.close()

    asyncio.run(make())
    return directory


@asynccontextmanager
async def copied(filled: Path) -> AsyncIterator[tuple[Services, AsyncClient]]:
    with TemporaryDirectory() as name:
        shutil.copytree(filled, name, dirs_exist_ok=True)
        services = build_services(Settings(data_dir=Path(name), secret="k" * 40))
        async with opened_app(services) as client:
            yield services, client


async def happen(
    services: Services, happened: Sequence[tuple[str, int]], unused: Iterator[NewMovie]
) -> set[int]:
    """Let things happen to films; return the ids of those that are no longer what they were."""
    touched = set()
    ids = [movie.id async for batch in services.movies.stream() for movie in batch]
    for kind, at in happened:
        if kind == "add" or not ids:
            await services.movies.load([next(unused)])
            continue
        movie_id = ids.pop(at % len(ids))
        touched.add(movie_id)
        if kind == "delete":
            await services.movies.delete(movie_id)
        else:
            await change(services.database, movie_id, next(unused))
    await catch_up(services)
    return touched


async def leaf_through(
    services: Services,
    client: AsyncClient,
    asked: dict[str, Any],
    happenings: Happenings,
    unused: Iterator[NewMovie],
) -> None:
    """Read all pages while things happen between them, and see that what stays as it is is shown once."""
    shown: list[int] = []
    touched: set[int] = set()
    expected = {movie["id"] for movie in await all_films(client, **asked)}
    page = page_of(await client.get(LIST, params=asked))
    for happened in cycle(happenings):
        shown += [movie["id"] for movie in page["movies"]]
        if page["next_cursor"] is None:
            break
        touched |= await happen(services, happened, unused)
        page = page_of(await client.get(LIST, params=asked | {"cursor": page["next_cursor"]}))
    stayed = [one for one in shown if one not in touched]
    assert len(stayed) == len(set(stayed))
    assert expected - touched <= set(shown)


@pytest.mark.tiers(EMBEDDED, reason="each example copies the folder that holds all")
@pytest.mark.parametrize("sort", SORTS)
@few
@given(
    happenings=st.lists(events, min_size=1, max_size=5), text=st.sampled_from(TEXTS), limit=st.integers(5, 60)
)
async def test_what_stays_is_shown_once(
    filled: Path, sort: str, happenings: Happenings, text: str | None, limit: int
) -> None:
    asked: dict[str, Any] = {"sort": sort, "limit": limit} | ({} if text is None else {"q": text})
    async with copied(filled) as (services, client):
        await leaf_through(services, client, asked, happenings, iter(FILMS[150:]))


@pytest.mark.parametrize("sort", SORTS)
async def test_what_stays_is_shown_once_on_each_tier(
    services: Services, client: AsyncClient, sort: str
) -> None:
    await services.movies.load(FILMS[:150])
    await catch_up(services)
    happenings = [
        [("add", 0), ("change", 3), ("delete", 40)],
        [("delete", 5), ("delete", 90), ("add", 0)],
        [("change", 70), ("change", 11), ("add", 0), ("add", 0)],
    ]
    unused = iter(FILMS[150:])
    for asked in ({"sort": sort, "limit": 20}, {"sort": sort, "limit": 5, "q": "the"}):
        await leaf_through(services, client, asked, happenings, unused)


@pytest.mark.parametrize("sort", SORTS)
async def test_pages_of_any_length_are_one_list(sample: AsyncClient, sort: str) -> None:
    for text in ("the", "king", "spielberg", "lov", "silense of the lams"):
        whole = await all_films(sample, q=text, sort=sort, limit=100)
        assert whole
        for limit in (7, 33, 99) if len(whole) < 200 else (41, 99):
            assert await all_films(sample, q=text, sort=sort, limit=limit) == whole


async def test_the_best_films_of_a_search_lead_its_list(sample: AsyncClient) -> None:
    for text in ("godfather", "kubrick", "star wars", "the", "alein"):
        found = (await sample.get(SEARCH, params={"name": text, "limit": 100})).json()["movies"]
        assert page_of(await sample.get(LIST, params={"q": text, "limit": 100}))["movies"] == found


async def test_a_film_that_was_deleted_is_passed_over(client: AsyncClient, services: Services) -> None:
    await services.movies.load(FILMS[:30])
    await catch_up(services)
    for sort in SORTS:
        first = page_of(await client.get(LIST, params={"sort": sort, "limit": 5}))
        await services.movies.delete(first["movies"][-1]["id"])
        await catch_up(services)
        rest = await all_films(client, sort=sort, limit=5, cursor=first["next_cursor"])
        ids = {movie["id"] for movie in rest}
        assert len(ids) == len(rest) == first["total"] - 5
        assert not ids & {movie["id"] for movie in first["movies"]}
