"""Whatever is typed, a search asks no more than so much of a cluster: counted in what is sent, not in time."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cinedex.movies.intake import MovieFile
from cinedex.movies.models import NewMovie
from cinedex.movies.sample import SAMPLE
from cinedex.search.address import SearchAddress
from cinedex.search.analysis import analyse_query
from cinedex.search.engines.cluster import transport
from cinedex.search.engines.cluster.reader import ClusterEngine
from cinedex.search.engines.cluster.transport import Cluster
from cinedex.search.engines.tantivy.word_list import TantivyWordList, WordListIndex
from cinedex.search.models import LARGEST_LIMIT, LONGEST_QUERY, Filters, Listing, SearchQuery
from contracts.cluster_place import ClusterPlace, nodes_under_test
from contracts.indexes import publish_new
from search.test_bounds import HOSTILE
from tiers import EMBEDDED

pytestmark = pytest.mark.tiers(EMBEDDED, reason="it makes a cluster itself, which counts")
# What one search may ask for at most, however many films there are. docs/search.md tells the same.
MOST_CALLS, MOST_LOOK_UPS, MOST_TERMS, MOST_BYTES = 12, 24, 1_500, 100_000
# Of each look-up; what was shown on earlier pages may come on top for a page of a list.
MOST_WANTED = 2 * LARGEST_LIMIT + 1

with MovieFile(SAMPLE) as file:
    SOME = dict(enumerate([film for film in file if isinstance(film, NewMovie)], 1))
FILTERS = Filters(genres=("Drama",), year_from=1950, score_from=5)


class CountingCluster(Cluster):
    """A real cluster that counts what is asked of it."""

    def __init__(self, address: SearchAddress) -> None:
        super().__init__(address)
        self.clear()

    def clear(self) -> None:
        self.calls = self.look_ups = self.terms = self.bytes = 0
        self.most_wanted = 0

    def check(self, text: str) -> None:
        asked = (self.calls, self.look_ups, self.terms, self.bytes)
        for number, most in zip(asked, (MOST_CALLS, MOST_LOOK_UPS, MOST_TERMS, MOST_BYTES), strict=True):
            assert number <= most, (text, asked)
        assert self.most_wanted <= MOST_WANTED, text

    async def search(self, path: str, lines: bytes, shape: Any = Any) -> Any:
        self.calls += 1
        self.bytes += len(lines)
        for line in lines.splitlines()[1::2]:
            self._note(msgspec.json.decode(line))
        return await super().search(path, lines, shape)

    async def read(self, method: str, path: str, body: object = None, shape: Any = Any) -> Any:
        if isinstance(body, dict):
            self.calls += 1
            self.bytes += len(msgspec.json.encode(body))
            self._note(body)
        return await super().read(method, path, body, shape)

    def _note(self, body: dict[str, Any]) -> None:
        self.look_ups += 1
        self.terms += sum(terms_of(body.get("query")))
        self.most_wanted = max(self.most_wanted, body["size"])


def terms_of(query: object) -> Iterator[int]:
    """Yield the numbers of terms that the parts of a query name."""
    if isinstance(query, list):
        for one in query:
            yield from terms_of(one)
    elif isinstance(query, dict):
        for kind, what in query.items():
            if kind == "terms":
                yield from (len(texts) for texts in what.values())
            elif kind in {"term", "prefix", "fuzzy", "range", "exists"}:
                yield 1
            else:
                yield from terms_of(what)


class Counted:
    """A cluster with the sample's films in it, asked with a list of words and without one."""

    def __init__(self, address: SearchAddress, words: Path) -> None:
        self._address = address
        self._words = words

    async def ask(self, text: str, *, has_words: bool, filters: Filters) -> None:
        """Search, list and suggest, and see that none of these asks for more than it may."""
        cluster = CountingCluster(self._address)
        folder = self._words if has_words else self._words / "nothing"
        engine = ClusterEngine(cluster, TantivyWordList(folder))
        try:
            await engine.genres()
            for call in (
                lambda: engine.search(SearchQuery(text, LARGEST_LIMIT, filters)),
                lambda: engine.list(Listing(text, filters, limit=LARGEST_LIMIT)),
                lambda: engine.suggest(text, 20),
            ):
                cluster.clear()
                await call()
                cluster.check(text)
        finally:
            engine.close()
            await cluster.close()


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory, run_folder: Path) -> Iterator[Counted]:
    folder = tmp_path_factory.mktemp("bounds")
    place = ClusterPlace(nodes_under_test()[0], folder, run_folder)
    place.words.mkdir()

    async def make() -> None:
        await publish_new(place.index(), SOME)
        await publish_new(WordListIndex(place.words), SOME)
        await place.close()

    async def remove() -> None:
        await place.remove()
        await place.close()

    asyncio.run(make())
    yield Counted(place.address, place.words)
    asyncio.run(remove())


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "READER_SECONDS", 30)


@pytest.mark.parametrize("has_words", [True, False])
@pytest.mark.parametrize("filters", [Filters(), FILTERS], ids=["all", "some"])
@pytest.mark.parametrize("text", [*HOSTILE, "a", "the", "s t", "silense of the lams"], ids=range(16))
async def test_a_hostile_query_asks_no_more(
    counted: Counted, text: str, filters: Filters, *, has_words: bool
) -> None:
    await counted.ask(text, has_words=has_words, filters=filters)


@pytest.mark.parametrize("has_words", [True, False])
async def test_every_beginning_of_a_title_asks_no_more(counted: Counted, *, has_words: bool) -> None:
    title = "The Lord of the Rings: The Fellowship of the Ring"
    for end in range(1, len(title) + 1):
        await counted.ask(title[:end], has_words=has_words, filters=FILTERS)


KNOWN = st.sampled_from(
    "the of love death night man girl lvoe daeth nihgt spielberg kubrik 1984 2 ii m".split()
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(st.sampled_from("abcdethoinrs 0123'éя七"), min_size=1, max_size=LONGEST_QUERY)
    | st.lists(KNOWN, min_size=1, max_size=100).map(" ".join),
    has_words=st.booleans(),
)
def test_any_query_asks_no_more_than_the_hostile_ones(
    counted: Counted, text: str, *, has_words: bool
) -> None:
    if analyse_query(text).raw:
        asyncio.run(counted.ask(text, has_words=has_words, filters=FILTERS))
