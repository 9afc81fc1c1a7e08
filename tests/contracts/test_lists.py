"""Any adapter's lists: filtered, sorted, counted, leafed through while films come and go; and suggestions."""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cinedex.movies.intake import MovieFile
from cinedex.movies.models import NewMovie, new_movie
from cinedex.movies.sample import SAMPLE
from cinedex.search.analysis import analyse_title
from cinedex.search.models import LARGEST_LIMIT, Filters, Listing, Page, SearchQuery, Sort, Suggestion
from cinedex.search.port import SearchEngine
from contracts.indexes import opened, publish_new
from contracts.places import Place
from films import ALIEN, BRAZIL, DUNE_1984, DUNE_2021, FARGO, FILMS, HEAT, JAWS, PSYCHO, document

with MovieFile(SAMPLE) as file:
    SOME = [film for film in file if isinstance(film, NewMovie)][500:2900:40]
CATALOGUE = dict(enumerate((*FILMS, *SOME), 1))


async def leafed(engine: SearchEngine, listing: Listing) -> list[Page]:
    """Return all pages of a list."""
    pages = [await engine.list(listing)]
    while (after := pages[-1].next) is not None:
        pages.append(await engine.list(msgspec.structs.replace(listing, after=after)))
    return pages


def ids(pages: Sequence[Page]) -> list[int]:
    return [hit.id for page in pages for hit in page.hits]


def without_article(name: str) -> tuple[str, ...]:
    title = analyse_title(name)
    return title.raw[1:] if title.article else title.raw


def passes(film: NewMovie, filters: Filters) -> bool:
    """What a filter means, told plainly."""
    return (
        set(filters.genres) <= set(film.genres)
        and (filters.director is None or filters.director in (film.director or "").lower().split())
        and (filters.year_from is None or (film.year or 0) >= filters.year_from)
        and (filters.year_to is None or (film.year is not None and film.year <= filters.year_to))
        and (filters.score_from is None or (film.imdb_score or -1) >= filters.score_from)
    )


FILTERS = st.builds(
    Filters,
    genres=st.lists(
        st.sampled_from(sorted({g for film in CATALOGUE.values() for g in film.genres})), max_size=2
    ).map(tuple),
    director=st.sampled_from([None, "lynch", "scott", "hitchcock"]),
    year_from=st.sampled_from([None, 1900, 1960, 1984, 2000]),
    year_to=st.sampled_from([None, 1959, 1984, 2021]),
    score_from=st.sampled_from([None, 0.0, 7.0, 8.1]),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(filters=FILTERS, sort=st.sampled_from(Sort), limit=st.integers(5, 30))
async def test_a_list_holds_each_film_that_passes_once_and_counts_it(
    place: Place, filters: Filters, sort: Sort, limit: int
) -> None:
    if await place.index().live_generation() is None:
        await publish_new(place.index(), CATALOGUE)
    engine = place.engine()
    pages = await leafed(engine, Listing(None, filters, sort, limit))
    engine.close()
    await place.close()
    wanted = {at: film for at, film in CATALOGUE.items() if passes(film, filters)}
    assert sorted(ids(pages)) == sorted(wanted)
    for page in pages:
        assert page.total == len(wanted)
        assert len(page.hits) <= limit
        assert page.counts.genres == Counter(genre for film in wanted.values() for genre in film.genres)
        assert page.counts.decades == Counter(film.year // 10 * 10 for film in wanted.values() if film.year)
        scores = [film.imdb_score for film in wanted.values()]
        assert page.counts.scores == Counter(int(score) for score in scores if score is not None)
        assert not page.counts.is_estimated


SCORES = [0.0, 0.001, 6.999, 7.0, 7.001, 8.2, 9.199, 9.2, 9.201, 9.999, 10.0]
SCORED = {at: new_movie(name="Dune", year=1900 + at, imdb_score=score) for at, score in enumerate(SCORES, 1)}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    score_from=st.sampled_from(SCORES)
    | st.sampled_from([7.0005, 9.20000000001, 9.199999999999, 9.1999999999999993, 1e-300])
    | st.sampled_from(SCORES[1:]).map(lambda score: math.nextafter(score, 0))
    | st.sampled_from(SCORES[:-1]).map(lambda score: math.nextafter(score, 11))
    | st.floats(0, 10)
)
@pytest.mark.parametrize("text", [None, "dune"])
async def test_the_films_with_a_score_as_high_pass_and_no_others(
    place: Place, text: str | None, score_from: float
) -> None:
    if await place.index().live_generation() is None:
        await publish_new(place.index(), SCORED)
    engine = place.engine()
    filters = Filters(score_from=score_from)
    pages = await leafed(engine, Listing(text, filters, limit=LARGEST_LIMIT))
    found = await engine.search(SearchQuery("dune", LARGEST_LIMIT, filters))
    engine.close()
    await place.close()
    wanted = [at for at, score in enumerate(SCORES, 1) if score >= score_from]
    assert sorted(ids(pages)) == sorted(hit.id for hit in found.hits) == wanted
    assert pages[0].total == len(wanted)


@pytest.mark.parametrize("sort", Sort)
async def test_a_list_is_in_its_order(place: Place, sort: Sort) -> None:
    await publish_new(place.index(), CATALOGUE)
    engine = place.engine()
    films = [CATALOGUE[at] for at in ids(await leafed(engine, Listing(None, sort=sort, limit=4)))]
    engine.close()
    keys: dict[Sort, Callable[[NewMovie], Any]] = {
        Sort.SCORE: lambda film: -(film.imdb_score or 0),
        Sort.POPULARITY: lambda film: -(film.votes or 0),
        Sort.RELEVANCE: lambda film: -(film.votes or 0),
        Sort.YEAR: lambda film: -(film.year or 0),
        Sort.NAME: lambda film: without_article(film.name),
    }
    told = [keys[sort](film) for film in films if sort is not Sort.POPULARITY or film.votes]
    known = [key for key in told if key]
    assert known == sorted(known)


@pytest.mark.parametrize("sort", Sort)
@pytest.mark.parametrize("text", [None, "dune", "a"])
async def test_pages_stay_in_place_while_films_are_added_and_deleted(
    place: Place, sort: Sort, text: str | None
) -> None:
    await publish_new(place.index(), CATALOGUE)
    writer, engine = await opened(place), place.engine()
    listing = Listing(text, sort=sort, limit=5)
    there = set(ids(await leafed(engine, listing)))
    page = await engine.list(listing)
    seen, position = ids([page]), 2
    while page.next is not None:
        # Each page finds other films before and behind it, and one of the first ones gone.
        new = [document(100 * position + at, film) for at, film in enumerate((ALIEN, DUNE_2021, PSYCHO), 1)]
        await writer.stage(new, [min(there)] if position == 2 else [])
        await writer.commit(position)
        page = await engine.list(msgspec.structs.replace(listing, after=page.next))
        seen += ids([page])
        position += 1
        assert position < 50, "the end moves away"
    assert len(seen) == len(set(seen))
    assert there - {min(there)} <= set(seen)
    engine.close()
    await writer.close()


async def test_a_text_lists_all_that_have_its_words(place: Place) -> None:
    await publish_new(place.index(), {1: DUNE_1984, 2: DUNE_2021, 3: HEAT})
    engine = place.engine()
    page = await engine.list(Listing("dune", sort=Sort.YEAR))
    assert (ids([page]), page.total) == ([2, 1], 2)
    nothing = await engine.list(Listing("qqzzxv"))
    assert (nothing.hits, nothing.total, nothing.next) == ([], 0, None)
    engine.close()


async def test_filters_hold_in_a_search_too(place: Place) -> None:
    await publish_new(place.index(), CATALOGUE)
    engine = place.engine()

    async def found(text: str, filters: Filters) -> list[int]:
        return [hit.id for hit in (await engine.search(SearchQuery(text, 10, filters))).hits]

    dunes = {film.year: at for at, film in CATALOGUE.items() if film.name == "Dune"}
    assert await found("dune", Filters(year_to=1990)) == [dunes[1984]]
    assert await found("dune", Filters(director="Denis Villeneuve")) == [dunes[2021]]
    assert await found("dune", Filters(genres=("No such genre",))) == []
    assert await found("dune", Filters(director="nobody")) == []
    engine.close()


async def test_filters_tell_very_many_genres_apart(place: Place) -> None:
    # Far more than an adapter may have room for beside each film.
    films = {
        at: msgspec.structs.replace(film, genres=("Film", f"Genre {at % 150}"))
        for at, film in enumerate(SOME * 5, 1)
    }
    await publish_new(place.index(), films)
    engine = place.engine()
    for genre in ("Genre 0", "Genre 61", "genre 62", "Genre 100", "GENRE 149"):
        filters = Filters(genres=("film", genre))
        wanted = {at for at, film in films.items() if film.genres[1].lower() == genre.lower()}
        for at in wanted:
            found = (await engine.search(SearchQuery(films[at].name, 10, filters))).hits
            assert at in {hit.id for hit in found} <= wanted
            page = await engine.list(Listing(films[at].name, filters))
            assert at in set(ids([page])) <= wanted
    engine.close()


@pytest.mark.parametrize("beginning", [1, 40, 60, 120])
async def test_films_that_have_a_word_further_on_are_found_however_many_begin_with_it(
    place: Place, beginning: int
) -> None:
    last = beginning + 1
    further_on = new_movie(name="Jodorowsky's Dune", director="Frank Pavich", year=2013)
    await publish_new(place.index(), dict.fromkeys(range(1, last), DUNE_1984) | {last: further_on})
    engine = place.engine()
    filters = Filters(year_from=2013)
    found = await engine.search(SearchQuery("dune", 10, filters))
    assert [hit.id for hit in found.hits] == [last]
    found = await engine.search(SearchQuery("dune", LARGEST_LIMIT))
    assert len(found.hits) == min(LARGEST_LIMIT, last)
    assert (await engine.list(Listing("dune"))).total == last
    assert (await engine.list(Listing("dune", filters))).total == 1
    pages = await leafed(engine, Listing("dune", sort=Sort.YEAR, limit=50))
    assert sorted(ids(pages)) == list(range(1, last + 1))
    engine.close()


async def test_films_and_directors_are_suggested_and_change_with_the_catalogue(place: Place) -> None:
    await publish_new(place.index(), {1: DUNE_1984, 2: JAWS, 3: FARGO})
    writer, engine = await opened(place), place.engine()
    assert await engine.suggest("du", 5) == [Suggestion("film", "Dune", id=1, year=1984)]
    assert Suggestion("director", "David Lynch", films=1) in await engine.suggest("lyn", 5)
    await writer.stage([document(4, BRAZIL)], [1])
    await writer.commit(2)
    assert await engine.suggest("du", 5) == []
    assert [one.text for one in await engine.suggest("braz", 5)] == ["Brazil"]
    assert await engine.suggest("qqzzxv", 5) == []
    engine.close()
    await writer.close()


async def test_the_genres_are_those_of_the_films(place: Place) -> None:
    await publish_new(place.index(), CATALOGUE)
    engine = place.engine()
    assert set(await engine.genres()) == {genre for film in CATALOGUE.values() for genre in film.genres}
    engine.close()
