"""One order of results: a cluster of either product finds what the embedded engine finds, in the same order."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cinedex.movies.intake import MovieFile
from cinedex.movies.models import NewMovie, new_movie
from cinedex.movies.sample import SAMPLE
from cinedex.search.analysis import analyse_query
from cinedex.search.engines.tantivy.reader import TantivyEngine
from cinedex.search.engines.tantivy.word_list import WordListIndex
from cinedex.search.evaluation.making import make_queries
from cinedex.search.evaluation.queries import By
from cinedex.search.models import Filters, Listing, SearchQuery, Sort
from cinedex.search.port import SearchEngine
from contracts.cluster_place import ClusterPlace, nodes_under_test
from contracts.indexes import CATALOGUE, found, opened, publish_new, write
from contracts.places import TantivyPlace
from films import ALIEN, DUNE_1984, FILMS, HEAT, JAWS

with MovieFile(SAMPLE) as file:
    SOME = dict(enumerate([film for film in file if isinstance(film, NewMovie)], 1))
QUERIES = [query.query for query in make_queries(SOME, By.ID, seed=5, per_kind=8)]
LISTINGS = [
    Listing(text, filters, sort, 20)
    for text in (None, "love", "the", "spielberg", "star wars", "godfater")
    for filters in (Filters(), Filters(genres=("Drama",), year_from=1960), Filters(score_from=7.5))
    for sort in Sort
]


@pytest.fixture(params=nodes_under_test())
async def place(
    request: pytest.FixtureRequest, tmp_path: Path, run_folder: Path
) -> AsyncIterator[ClusterPlace]:
    made = ClusterPlace(request.param, tmp_path, run_folder)
    made.words.mkdir()
    yield made
    await made.remove()
    await made.close()


@pytest.fixture
async def embedded(tmp_path: Path, run_folder: Path) -> AsyncIterator[SearchEngine]:
    (tmp_path / "embedded").mkdir()
    kept = TantivyPlace(tmp_path / "embedded", run_folder)
    await publish_new(kept.index(), SOME)
    engine = kept.engine()
    yield engine
    engine.close()


async def test_a_cluster_answers_as_the_embedded_engine_does(
    place: ClusterPlace, embedded: SearchEngine
) -> None:
    await publish_new(place.index(), SOME)
    await publish_new(WordListIndex(place.words), SOME)
    engine = place.engine()
    firsts = others = 0
    for text in QUERIES:
        there, here = await found(engine, text), await found(embedded, text)
        firsts += there[:1] == here[:1]
        others += there == here
    assert firsts >= 0.99 * len(QUERIES)
    assert others >= 0.9 * len(QUERIES)
    for listing in LISTINGS:
        page, same = await engine.list(listing), await embedded.list(listing)
        assert (page.total, page.counts) == (same.total, same.counts), listing
        assert [hit.id for hit in page.hits][:1] == [hit.id for hit in same.hits][:1], listing
        if listing.sort is not Sort.RELEVANCE or listing.text is None:
            assert (page.hits, page.next) == (same.hits, same.next), listing
    for text in ("sp", "steven spiel", "the god", "alie", "kubrick"):
        assert await engine.suggest(text, 6) == await embedded.suggest(text, 6)
    assert sorted(await engine.genres()) == sorted(await embedded.genres())


async def test_both_products_give_identical_lists(tmp_path: Path, run_folder: Path) -> None:
    (tmp_path / "words").mkdir()
    await publish_new(WordListIndex(tmp_path / "words"), SOME)
    places = [ClusterPlace(name, tmp_path, run_folder) for name in nodes_under_test()]
    for place in places:
        await publish_new(place.index(), SOME)
    engines = [place.engine() for place in places]
    for text in QUERIES:
        first, *others = await asyncio.gather(*(engine.search(SearchQuery(text)) for engine in engines))
        assert all(other == first for other in others), text
    for place in places:
        await place.remove()
        await place.close()


async def test_without_words_slips_are_put_right_all_the_same(place: ClusterPlace) -> None:
    await publish_new(place.index(), dict(enumerate(FILMS, 1)))
    ids = {film.name: at for at, film in enumerate(FILMS, 1)}
    engine = place.engine()
    for text in ("metroplis", "hichcock vertigo", "blade runer", "fincher zod", "villeneuve"):
        assert await found(engine, text), text
    assert (await found(engine, "metroplis"))[0] == ids["Metropolis"]
    assert (await found(engine, "blade runer"))[0] == ids["Blade Runner"]


async def test_a_film_is_found_though_the_words_lag_behind(place: ClusterPlace) -> None:
    await publish_new(place.index(), {1: HEAT, 2: ALIEN})
    await publish_new(WordListIndex(place.words), {1: HEAT, 2: ALIEN})
    writer, engine = await opened(place), place.engine()
    new = new_movie(name="Koyaanisqatsi", director="Godfrey Reggio", year=1982)
    await write(writer, {3: new, 4: JAWS}, 2)
    for text in ("koyaanisqatsi", "koyaan", "godfrey reggio", "koyaanisqatsi 1982", "jaws"):
        assert (await found(engine, text))[:1] == [4 if text == "jaws" else 3], text
    await writer.close()


async def test_the_words_hold_no_answers(place: ClusterPlace) -> None:
    await publish_new(WordListIndex(place.words), {1: DUNE_1984})
    [hit] = (await TantivyEngine(place.words).search(SearchQuery("dune"))).hits
    assert (hit.id, hit.answer) == (1, b"")
    assert await WordListIndex(place.words).open_live(CATALOGUE) is not None


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40) | st.sampled_from(
    ["8½", 'a AND "b', "*", "name:alien", "/.*/", "x" * 500, "七人の侍", "a " * 250, "the of 1984", "ß" * 300]
)


@pytest.mark.parametrize("has_words", [True, False])
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(TEXTS, min_size=1, max_size=3))
async def test_whatever_is_typed_is_answered(
    place: ClusterPlace, texts: list[str], *, has_words: bool
) -> None:
    films = dict(enumerate(FILMS, 1))
    if await place.index().live_generation() is None:
        await publish_new(place.index(), films)
        if has_words:
            await publish_new(WordListIndex(place.words), films)
    engine = place.engine()
    text = " ".join(texts)
    if analyse_query(text).raw:
        ids = await found(engine, text)
        assert len(ids) == len({*ids})
        page = await engine.list(Listing(text))
        assert [hit.id for hit in page.hits] == ids
        await engine.suggest(text, 5)
    await place.close()
