"""Near words: what two slips can do to a word, it can be found from."""

import pytest
import tantivy
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from cinedex.search.engines.tantivy.schema import build_schema
from cinedex.search.engines.tantivy.snapshot import Snapshot
from cinedex.search.engines.tantivy.spelling import is_spellable, near_words
from cinedex.search.finding.slips import deletes
from cinedex.search.models import Mark
from cinedex.search.standing import Tiers
from films import FILMS, document
from search.searchers import searcher_of

LETTERS = "abdeghijklmnoprstuwyz"


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> tantivy.Searcher:
    films = [document(at, film) for at, film in enumerate(FILMS, 1)]
    return searcher_of(tmp_path_factory.mktemp("words"), films, Tiers())


def near(searcher: tantivy.Searcher, word: str, distance: int = 2, *, goes_on: bool = False) -> list[str]:
    return [
        one.text
        for one in near_words(
            Snapshot.of(Mark("v2-000001", 1), searcher, build_schema(), []),
            word,
            distance,
            goes_on=goes_on,
        )
    ]


def test_slips_are_put_right(searcher: tantivy.Searcher) -> None:
    assert near(searcher, "metroplis")[0] == "metropolis"
    assert near(searcher, "hichcock")[0] == "hitchcock"
    assert near(searcher, "etropolis")[0] == "metropolis"
    assert near(searcher, "vretigo", 1)[0] == "vertigo"


def test_a_word_half_typed_goes_on(searcher: tantivy.Searcher) -> None:
    assert near(searcher, "metrap", 1) == []
    assert near(searcher, "metrap", 1, goes_on=True) == ["metropolis"]


def test_short_words_allow_one_slip(searcher: tantivy.Searcher) -> None:
    assert "jaws" in near(searcher, "jaqs")
    assert "jaws" not in near(searcher, "qaqs")
    assert near(searcher, "ja") == []


def test_numbers_are_never_put_right(searcher: tantivy.Searcher) -> None:
    assert not is_spellable("1984")
    assert near(searcher, "1985") == []


def test_very_long_words_cost_nothing(searcher: tantivy.Searcher) -> None:
    assert near(searcher, "a" * 500) == []
    assert len(deletes("a" * 500, 2)) <= 29


@given(slips=st.data())
@settings(max_examples=200, deadline=None)
def test_any_two_slips_in_a_long_word_are_found(searcher: tantivy.Searcher, slips: st.DataObject) -> None:
    word = "metropolis"
    typed = word
    for _ in range(2):
        at = slips.draw(st.integers(0, len(typed) - 1))
        letter = slips.draw(st.sampled_from(LETTERS))
        kind = slips.draw(st.sampled_from(["leave out", "put in", "replace"]))
        typed = typed[:at] + ("" if kind == "leave out" else letter) + typed[at + (kind != "put in") :]
    if OSA.distance(typed, word) <= 2:
        assert word in near(searcher, typed)
