"""Whatever is typed, a search does no more than so much work: counted in postings and calls, not in time."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
import tantivy
from hypothesis import given, settings
from hypothesis import strategies as st

from cinedex.movies.intake import MovieFile
from cinedex.movies.models import NewMovie
from cinedex.movies.sample import SAMPLE
from cinedex.search.analysis import analyse_query
from cinedex.search.engines.tantivy import finding, postings
from cinedex.search.engines.tantivy.at_once import at_once
from cinedex.search.engines.tantivy.postings import Postings
from cinedex.search.engines.tantivy.schema import build_schema
from cinedex.search.engines.tantivy.shelf import TantivyShelf
from cinedex.search.engines.tantivy.snapshot import Snapshot
from cinedex.search.finding import searching
from cinedex.search.models import LARGEST_LIMIT, LONGEST_QUERY, Filters, Found, Mark, SearchQuery
from cinedex.search.standing import tiers_of
from films import document
from search.searchers import searcher_of

# What one search may ask of the index at most, however many films there are.
MOST_CALLS = {"search": 60, "doc_freq": 2_000, "fast_field_values": 80, "terms_with_prefix": 60, "doc": 100}


class CountingSearcher:
    """A real searcher that counts what is asked of it."""

    def __init__(self, searcher: tantivy.Searcher) -> None:
        self._searcher = searcher
        self.calls: Counter[str] = Counter()

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._searcher, name)

        def counted(*given: Any, **named: Any) -> Any:
            self.calls[name] += 1
            return method(*given, **named)

        return counted


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> tantivy.Searcher:
    """The sample's films, some of them famous and some known, as in a large catalogue."""
    with MovieFile(SAMPLE) as file:
        films = [document(at, film) for at, film in enumerate(file, 1) if isinstance(film, NewMovie)]
    tiers = tiers_of([film.rank for film in films], total=30 * len(films))
    return searcher_of(tmp_path_factory.mktemp("bounds"), films, tiers)


@pytest.fixture
def small_budget(monkeypatch: pytest.MonkeyPatch) -> int:
    """A budget that is small beside the sample, as the true one is beside very many films."""
    monkeypatch.setattr(postings, "BUDGET", 150)
    return 150


@pytest.fixture
def walked(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Postings]]:
    """The postings that searches have walked."""
    made: list[Postings] = []

    class Watched(Postings):
        def __init__(self, *given: Any) -> None:
            super().__init__(*given)
            made.append(self)

    monkeypatch.setattr(finding, "Postings", Watched)
    return iter([made])


def find(snapshot: Snapshot, query: SearchQuery) -> Found:
    return at_once(searching.find(TantivyShelf(snapshot), query))


HOSTILE = [
    "a" * LONGEST_QUERY,
    "a " * (LONGEST_QUERY // 2),
    "the " * (LONGEST_QUERY // 4),
    "the of and in on at to for from with by part vol a an le la",
    " ".join(str(number) for number in range(1, 130)),
    " ".join(str(number) for number in range(1900, 2000)),
    "love death night man girl life day last black house world blood time dead red story king star women men",
    "lvoe daeth nihgt mna gril lief dya lsat balck huose wrold bolod tmie daed rde sotry kign satr woemn mne",
    "qqqqqqq wwwwwww zzzzzzz xxxxxxx jjjjjjj kkkkkkk vvvvvvv qwqwqwq zxzxzxz jkjkjkj vbvbvbv",
    "t h e g o d f a t h e r t h e g o d f a t h e r t h e g o d f a t h e r",
    "七人の侍" * 100,
    "é̂̈" * 100,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize(
    "filters", [Filters(), Filters(genres=("Drama",), year_from=1950, score_from=5)], ids=str
)
def test_a_hostile_query_stays_within_the_budget(
    searcher: tantivy.Searcher,
    small_budget: int,
    walked: Iterator[list[Postings]],
    text: str,
    filters: Filters,
) -> None:
    counting: Any = CountingSearcher(searcher)
    snapshot = Snapshot.of(Mark("v2-000001", 1), counting, build_schema(), ["Drama"])
    find(snapshot, SearchQuery(text, LARGEST_LIMIT, filters))
    for one in next(walked):
        assert one.walked <= small_budget
    too_many = {name: count for name, count in counting.calls.items() if count > MOST_CALLS[name]}
    assert not too_many


@settings(max_examples=150, deadline=None)
@given(text=st.text(st.sampled_from("abcdethoinrs 0123'éя七"), min_size=1, max_size=LONGEST_QUERY))
def test_any_query_asks_no_more_of_the_index_than_the_hostile_ones(
    searcher: tantivy.Searcher, text: str
) -> None:
    if not analyse_query(text).raw:
        return
    counting: Any = CountingSearcher(searcher)
    snapshot = Snapshot.of(Mark("v2-000001", 1), counting, build_schema(), [])
    find(snapshot, SearchQuery(text, LARGEST_LIMIT))
    too_many = {name: count for name, count in counting.calls.items() if count > MOST_CALLS[name]}
    assert not too_many


def test_every_beginning_of_a_title_is_looked_up_in_a_tier_that_costs_little(
    searcher: tantivy.Searcher, walked: Iterator[list[Postings]]
) -> None:
    title = "The Lord of the Rings: The Fellowship of the Ring"
    snapshot = Snapshot.of(Mark("v2-000001", 1), searcher, build_schema(), [])
    for end in range(1, len(title) + 1):
        found = find(snapshot, SearchQuery(title[:end]))
        assert found.hits, title[:end]
    for one in next(walked):
        # "t" and "the" begin a third of the sample's titles and words.
        assert one.walked <= 1000


@pytest.mark.parametrize("budget", [150, 300, 600, 1200])
@pytest.mark.parametrize("text", ["the", "m", "john s"])
def test_a_filter_loses_no_film_that_was_found_without_it(
    searcher: tantivy.Searcher, monkeypatch: pytest.MonkeyPatch, text: str, budget: int
) -> None:
    # To search with the filter in each look-up costs more, and may be more than the budget allows.
    monkeypatch.setattr(postings, "BUDGET", budget)
    snapshot = Snapshot.of(Mark("v2-000001", 1), searcher, build_schema(), [])
    films = find(snapshot, SearchQuery(text, LARGEST_LIMIT)).hits
    passing = {hit.id for hit in films if (msgspec.json.decode(hit.answer)["imdb_score"] or 0) >= 8}
    found = find(snapshot, SearchQuery(text, LARGEST_LIMIT, Filters(score_from=8))).hits
    assert passing <= {hit.id for hit in found}
