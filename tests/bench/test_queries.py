"""What is asked: different queries for HTTP, and letters as people type them."""

from collections import Counter
from itertools import pairwise

from rapidfuzz.distance import Hamming

from films import ALIEN, DUNE_2021, FILMS, JAWS
from queries import unique_texts
from typing_log import SLIP_SHARE, typed_searches


def test_the_queries_of_a_load_are_all_different() -> None:
    texts = unique_texts(FILMS, 30)
    assert len(texts) == len(set(texts)) == 30
    assert texts == unique_texts(FILMS, 30)


def test_a_film_is_typed_letter_by_letter() -> None:
    typed = list(typed_searches([JAWS], 1))
    assert [len(text) for text in typed] == [1, 2, 3, 4]
    assert all(after.startswith(before) for before, after in pairwise(typed))


def test_the_same_people_type_the_same() -> None:
    assert list(typed_searches(FILMS, 50)) == list(typed_searches(FILMS, 50))


def test_better_known_films_are_typed_more_often() -> None:
    whole = Counter(text for text in typed_searches([ALIEN, DUNE_2021], 3000) if text in {"alien", "dune"})
    # By Zipf's law twice as often; slips leave a little fewer of the longer word.
    assert 1.8 < whole["dune"] / whole["alien"] < 2.6


def test_some_letters_are_slips() -> None:
    whole = [text for text in typed_searches([JAWS], 3000) if len(text) == 4]
    slips = sum(Hamming.distance(text, "jaws") for text in whole) / (4 * len(whole))
    assert SLIP_SHARE / 2 < slips < SLIP_SHARE * 2


def test_no_search_ends_in_a_blank() -> None:
    assert all(text == text.strip() for text in typed_searches(FILMS, 100))
