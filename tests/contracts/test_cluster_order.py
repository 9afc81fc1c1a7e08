"""Of films that a look-up in a cluster finds equally good it fetches the best known, in that order."""

from collections.abc import Callable

import pytest

from cinedex.movies.intake import MovieFile
from cinedex.movies.models import NewMovie
from cinedex.movies.sample import SAMPLE
from cinedex.search.engines.cluster import transport
from cinedex.search.engines.cluster.postings import ClusterPostings
from cinedex.search.finding.no_words import NoWords
from cinedex.search.finding.port import Hits, Term
from cinedex.search.standing import Tiers
from contracts.cluster_place import ClusterPlace
from contracts.indexes import CATALOGUE, write

with MovieFile(SAMPLE) as file:
    SOME = dict(enumerate([film for film in file if isinstance(film, NewMovie)][:1000], 1))


def words(*texts: str, worth: float = 1.0) -> list[Term]:
    return [Term("words", text, worth, 1) for text in texts]


LOOK_UPS: dict[str, Callable[[ClusterPostings], Hits]] = {
    "one term": lambda postings: postings.most_prominent("words", ["the"]),
    "all words": lambda postings: postings.with_all([words("the"), words("of")], []),
    "words of unlike worth": lambda postings: postings.with_all(
        [words("the") + words("of", worth=0.5), words("a", "in", "man")], []
    ),
    "others speak for a film": lambda postings: postings.with_all(
        [words("the", worth=0.8)], [words("of"), words("man")]
    ),
    "most of the words": lambda postings: postings.with_most([words("the"), words("of"), words("man")], 1),
}


@pytest.fixture
def place(cluster: ClusterPlace) -> ClusterPlace:
    return cluster


async def looked_up(
    place: ClusterPlace, generation: str, wanted: int, look_up: Callable[[ClusterPostings], Hits]
) -> list[tuple[float, int]]:
    """Return the scores and ranks of what a look-up fetches, in its order."""
    postings = ClusterPostings(place.cluster, generation, NoWords(), wanted, [])
    fetched: list[Hits] = []
    await postings.make(lambda: fetched.append(look_up(postings)))
    rows = postings.read([document for _, document in fetched[-1]])
    return [(score, rank) for (score, _), (rank, *_) in zip(fetched[-1], rows, strict=True)]


async def test_of_equals_the_best_known_come_first(
    place: ClusterPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A node that has just started takes longer for a thousand films than a search may.
    monkeypatch.setattr(transport, "READER_SECONDS", 30)
    index = place.index()
    writer = await index.create(CATALOGUE, Tiers())
    # Several commits, so that no order within a segment is the order of all.
    for position in range(1, 6):
        await write(writer, {at: film for at, film in SOME.items() if at % 5 == position % 5}, position)
    await index.publish(writer.mark.generation)
    for name, look_up in LOOK_UPS.items():
        all_of_them = await looked_up(place, writer.mark.generation, 1000, look_up)
        assert len(all_of_them) > 20, name
        if name == "one term":
            # Their scores are sort keys here.
            assert all_of_them == sorted(all_of_them, key=lambda hit: -hit[1]), name
        else:
            assert all_of_them == sorted(all_of_them, reverse=True), name
        assert await looked_up(place, writer.mark.generation, 7, look_up) == all_of_them[:7], name
