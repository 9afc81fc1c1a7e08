"""Titles as people type them: each kind by examples, and by rules that hold for all of the sample's titles."""

import re
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from cinedex.foundation.folding import fold
from cinedex.movies.intake import MovieFile
from cinedex.movies.models import NewMovie
from cinedex.movies.sample import SAMPLE
from cinedex.search.evaluation import typed
from cinedex.search.evaluation.slips import beside, slipped

LETTERS = "abcdefghijklmnopqrstuvwxyz"

with MovieFile(SAMPLE) as file:
    NAMES = [film.name for film in file if isinstance(film, NewMovie)]

names = st.sampled_from(NAMES) | st.text(max_size=40).filter(fold)
chances = st.integers(0, 10_000).map(Random)


def any_of(name: str, kind: str) -> set[str | None]:
    """Return all that a kind makes of a title, by many chances."""
    return {getattr(typed, kind)(name, Random(seed)) for seed in range(300)}  # noqa: S311


@pytest.mark.parametrize(
    ("kind", "name", "all_typed"),
    [
        ("exact", "Schindler's List", {"Schindler's List"}),
        ("prefix", "Metropolis", {"metrop", "metropo"}),
        ("prefix", "Jaws", {None}),
        ("prefix", "Rocky V", {"rocky"}),
        ("joined", "The Blue Lagoon", {"theblue lagoon", "the bluelagoon"}),
        ("joined", "Vertigo", {None}),
        ("split", "Vertigo", {"ve rtigo", "ver tigo", "vert igo", "verti go"}),
        ("split", "Alien", {None}),
        ("dropped", "The Silence of the Lambs", {"silence lambs"}),
        ("dropped", "The Godfather", {None}),
        ("dropped", "Pulp Fiction", {None}),
        ("order", "Pulp Fiction", {None}),
        ("order", "Dog Day Afternoon", {
            "dog afternoon day", "day dog afternoon", "day afternoon dog", "afternoon dog day",
            "afternoon day dog", None,
        }),
        ("roman", "Psycho II", {"psycho 2"}),
        ("roman", "Rocky V", {"rocky 5"}),
        ("roman", "Star Trek VIII: First Contact", {"star trek 8 first contact"}),
        ("roman", "Star Trek V: The Final Frontier", {"star trek 5 the final frontier"}),
        ("roman", "The Godfather: Part III", {"the godfather part 3"}),
        ("roman", "Malcolm X", {None}),
        ("roman", "V for Vendetta", {None}),
        ("roman", "Alien³", {None}),
        ("accents", "Déjà Vu", {"deja vu"}),
        ("accents", "Brød og Smør", {"brod og smor"}),
        ("accents", "Schindler’s List", {None}),
        ("accents", "Сталкер", {None}),
        ("typo2", "Heat", {None}),
        ("typo_prefix", "Vertigo", {None}),
    ],
)  # fmt: skip
def test_what_a_kind_makes_of_a_title(kind: str, name: str, all_typed: set[str | None]) -> None:
    assert any_of(name, kind) == all_typed


@given(names, chances)
def test_a_prefix_is_60_to_75_percent_of_the_title(name: str, chance: Random) -> None:
    title = fold(name)
    begun = typed.prefix(name, chance)
    if begun is None:
        assert len(title) < 5 or " " in title
    else:
        assert title.startswith(begun)
        assert 0.6 <= len(begun) / len(title) <= 0.75
        assert begun == begun.strip()


@given(names, chances)
def test_a_typo_is_exactly_its_number_of_slips_from_the_title(name: str, chance: Random) -> None:
    title = fold(name)
    for kind, slips in (("typo1", 1), ("typo2", 2)):
        query = getattr(typed, kind)(name, chance)
        assert query is None or OSA.distance(title, query) == slips
    begun = typed.typo_prefix(name, chance)
    if begun is not None:
        lengths = range(-(-len(title) * 3 // 5), len(title) * 3 // 4 + 1)
        assert 1 in {OSA.distance(title[:length], begun) for length in lengths}


@given(names, chances)
def test_words_joined_split_dropped_or_in_another_order_keep_their_letters(name: str, chance: Random) -> None:
    title = fold(name)
    joined, split = typed.joined(name, chance), typed.split(name, chance)
    for query, spaces in ((joined, -1), (split, 1)):
        if query is not None:
            assert query.replace(" ", "") == title.replace(" ", "")
            assert query.count(" ") == title.count(" ") + spaces
    order = typed.order(name, chance)
    assert order is None or (sorted(order.split()) == sorted(title.split()) and order != title)
    dropped = typed.dropped(name, chance)
    if dropped is not None:
        rest = iter(title.split())
        assert all(word in rest for word in dropped.split())
        assert dropped != title


@given(names, chances)
def test_slips_leave_numbers_and_short_words_alone(name: str, chance: Random) -> None:
    title = fold(name)
    query = slipped(title, 1, chance)
    if query is not None:
        for word in re.findall(r"\b\w{1,3}\b|\b\d+\b", title):
            assert query.split().count(word) >= title.split().count(word)
    if not re.search(r"[^\W\d_]{4}", title):
        assert query is None


def test_there_are_four_ways_to_slip() -> None:
    made = any_of("Heat", "typo1")
    assert {"ehat", "heta", "eat", "hea", "heeat", "heatt", "hest", "jeat"} <= made
    keys_beside = {"heat"[:at] + key + "heat"[at + 1 :] for at in range(4) for key in beside("heat"[at])}
    others = {"ehat", "haet", "heta", "eat", "hat", "het", "hea", "hheat", "heeat", "heaat", "heatt"}
    assert made == keys_beside | others


def test_keys_that_touch() -> None:
    assert set(beside("a")) == set("qwsz")
    assert set(beside("g")) == set("fhtyvb")
    assert set(beside("p")) == set("ol")
    assert set(beside("m")) == set("njk")
    assert beside("é") == beside("7") == ""
    for letter in LETTERS:
        assert letter not in beside(letter)
        assert all(letter in beside(other) for other in beside(letter))
