"""Why a film matched: which texts, as what, and exactly where."""

from typing import Any

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cinedex.foundation.folding import fold
from cinedex.search.analysis import analyse_query, canonical, words_of
from cinedex.search.matching import Match, annotated, did_you_mean, explain

THE_GODFATHER: dict[str, Any] = {
    "name": "The Godfather",
    "director": "Francis Ford Coppola",
    "year": 1972,
    "cast": ["Marlon Brando", "Al Pacino", "James Caan"],
}
THE_SHINING: dict[str, Any] = {"name": "The Shining", "director": "Stanley Kubrick", "year": 1980}
ALIEN_CUBED: dict[str, Any] = {"name": "Alien³", "director": "David Fincher", "year": 1992}

any_text = st.text(st.characters(exclude_categories=()), max_size=20)
# Where folding changes lengths, joins characters, or leaves them out.
hard_text = st.text(
    st.sampled_from(
        "aeZ '`&.-,;½³ßæŉ\u0301\u0345\u200d\u0338İ人の侍アᄀ가각\u1161\u11a8ﾞﾊ\u093fक\u09c7\u09be΄ﬁ0!’ǅ´㌀㍻"
    ),
    max_size=12,
)
texts = hard_text | any_text


def marked(match: Match) -> list[str]:
    return [match.text[start:end] for start, end in match.ranges]


def explained(typed: str, **film: Any) -> list[tuple[str, str, list[str]]]:
    return [(match.field, match.kind, marked(match)) for match in explain(analyse_query(typed), **film)]


@pytest.mark.parametrize(
    ("typed", "name", "kind", "parts"),
    [
        # the whole name, in any spelling of it
        ("the godfather", "The Godfather", "exact", ["The", "Godfather"]),
        ("shining the", "The Shining", "exact", ["The", "Shining"]),
        ("the shining", "Shining, The", "exact", ["Shining", "The"]),
        ("rocky 2", "Rocky II", "exact", ["Rocky", "II"]),
        ("doctor strangelove", "Dr. Strangelove", "exact", ["Dr", "Strangelove"]),
        ("wall e", "WALL·E", "exact", ["WALL", "E"]),
        ("alien 3", "Alien³", "exact", ["Alien", "³"]),
        ("fast and furious", "Fast & Furious", "exact", ["Fast", "&", "Furious"]),
        ("oceans eleven", "Ocean's Eleven", "exact", ["Ocean's", "Eleven"]),
        ("oceans eleven", "Ocean’s Eleven", "exact", ["Ocean’s", "Eleven"]),
        (
            "rock n roll high school",
            "Rock ’n’ Roll High School",
            "exact",
            ["Rock", "n", "Roll", "High", "School"],
        ),
        (
            "rock n roll high school",
            "Rock 'n' Roll High School",
            "exact",
            ["Rock", "n", "Roll", "High", "School"],
        ),
        ("amelie", "Ame\u0301lie", "exact", ["Ame\u0301lie"]),
        ("七人の侍", "七人の侍", "exact", ["七人の侍"]),
        ("기생충", "기생충", "exact", ["기생충"]),
        ("q", "Q", "exact", ["Q"]),
        # but for the article
        ("godfather", "The Godfather", "exact_without_article", ["Godfather"]),
        ("the heat", "Heat", "exact_without_article", ["Heat"]),
        ("12 chairs", "Twelve Chairs, The", "exact_without_article", ["Twelve", "Chairs"]),
        # its beginning, half typed
        ("godf", "The Godfather", "prefix", ["Godf"]),
        ("the god", "The Godfather", "prefix", ["The", "God"]),
        ("spider man", "Spider-Man 2", "prefix", ["Spider", "Man"]),
        ("fast and f", "Fast & Furious", "prefix", ["Fast", "&", "F"]),
        ("weis", "Weiße Nächte", "prefix", ["Weiß"]),
        ("amel", "Ame\u0301lie", "prefix", ["Ame\u0301l"]),
        ("ae", "Æon Flux", "prefix", ["Æ"]),
        ("naked gun 2 1/2", "The Naked Gun 2½: The Smell of Fear", "prefix", ["Naked", "Gun", "2", "½"]),
        ("七人", "七人の侍", "prefix", ["七人"]),
        ("jack the", "Jack the Giant Slayer", "prefix", ["Jack", "the"]),
        # its words: in any order, run together, split
        ("fiction pulp", "Pulp Fiction", "words", ["Pulp", "Fiction"]),
        ("rings two towers", "The Lord of the Rings: The Two Towers", "words", ["Rings", "Two", "Towers"]),
        ("spiderman", "Spider-Man", "words", ["Spider-Man"]),
        ("spiderm", "Spider-Man", "words", ["Spider-M"]),
        ("theshining", "The Shining", "words", ["The Shining"]),
        ("rocky2", "Rocky II", "words", ["Rocky II"]),
        ("spider man", "Spiderman", "words", ["Spiderman"]),
        ("good fell", "Goodfellas", "words", ["Goodfell"]),
        ("boulevard", "Sunset Boulevard", "words", ["Boulevard"]),
        ("amelie", "Le Fabuleux destin d'Amélie Poulain", "words", ["Amélie"]),
        ("amel", "Le Fabuleux destin d’Ame\u0301lie Poulain", "words", ["Ame\u0301l"]),
        ("destin d amelie", "Le Fabuleux destin d'Amélie Poulain", "words", ["destin", "d", "Amélie"]),
        ("avventura", "L'avventura", "words", ["avventura"]),
        ("eclisse", "L`eclisse", "words", ["eclisse"]),
        # slips
        ("amelei", "Le Fabuleux destin d'Amélie Poulain", "typo", ["Amélie"]),
        ("godfater", "The Godfather", "typo", ["Godfather"]),
        ("jsws", "Jaws", "typo", ["Jaws"]),
        ("godfahter", "The Godfather", "typo", ["Godfather"]),
        ("shawshenk redem", "The Shawshank Redemption", "typo", ["Shawshank", "Redem"]),
        ("pulp fictoi", "Pulp Fiction", "typo", ["Pulp", "Fictio"]),
        ("shawsgan", "The Shawshank Redemption", "typo", ["Shawshan"]),
        ("spidermn", "Spider-Man", "typo", ["Spider-Man"]),
        ("cad", "Catch Me If You Can", "typo", ["Can"]),
    ],
)
def test_a_name(typed: str, name: str, kind: str, parts: list[str]) -> None:
    assert explained(typed, name=name) == [("name", kind, parts)]


@pytest.mark.parametrize(
    ("typed", "film", "found"),
    [
        ("coppola", THE_GODFATHER, [("director", "words", ["Coppola"])]),
        ("francis ford coppola", THE_GODFATHER, [("director", "exact", ["Francis", "Ford", "Coppola"])]),
        ("francis f", THE_GODFATHER, [("director", "prefix", ["Francis", "F"])]),
        ("al p", THE_GODFATHER, [("cast", "prefix", ["Al", "P"])]),
        (
            "pacino godfathr brando",
            THE_GODFATHER,
            [("name", "typo", ["Godfather"]), ("cast", "words", ["Brando"]), ("cast", "words", ["Pacino"])],
        ),
        (
            "godfather 1972",
            THE_GODFATHER,
            [("name", "words", ["Godfather"]), ("year", "words", ["1972"])],
        ),
        ("1972", THE_GODFATHER, [("year", "exact", ["1972"])]),
        ("kubrik shinning", THE_SHINING, [("name", "typo", ["Shining"]), ("director", "typo", ["Kubrick"])]),
        (
            "dracula 2000",
            {"name": "Dracula 2000", "year": 2000},
            [("name", "exact", ["Dracula", "2000"]), ("year", "words", ["2000"])],
        ),
    ],
)
def test_other_fields(typed: str, film: dict[str, Any], found: list[tuple[str, str, list[str]]]) -> None:
    assert sorted(explained(typed, **film)) == sorted(found)


def test_people_are_cast_where_nobody_directed() -> None:
    assert explained("pacino", name="Heat", cast=["Al Pacino"]) == [("cast", "words", ["Pacino"])]


@pytest.mark.parametrize(
    ("typed", "film"),
    [
        # a number, a very short word, a word too far away, a year half typed
        ("1973", THE_GODFATHER),
        ("197", THE_GODFATHER),
        ("xl", {"name": "Up"}),
        ("metropolis", THE_GODFATHER),
        ("hbat", {"name": "Her"}),
        ("none", {"name": "Heat"}),
        # the end of a word, two words by chance, a word that is not the last half typed
        ("father", {"name": "Godfather"}),
        ("ani", {"name": "A Night at the Opera"}),
        ("ant", {"name": "A Night at the Opera"}),
        ("godf 1990", {"name": "The Godfather"}),
        ("", THE_GODFATHER),
        # a slip so far on that nobody looks
        ("brazil " * 16 + "godfater", THE_GODFATHER),
    ],
)
def test_what_is_not_there(typed: str, film: dict[str, Any]) -> None:
    assert explained(typed, **film) == []


def test_words_that_every_text_has_are_no_reason_by_themselves() -> None:
    film: dict[str, Any] = {"name": "The Blues Brothers", "director": "John Landis"}
    assert explained("landis the", **film) == [("director", "words", ["Landis"])]
    assert explained("the", **film) == [("name", "prefix", ["The"])]


def test_a_word_that_the_film_has_is_no_slip_of_another() -> None:
    assert explained("bill", name="Kill Bill: Volume 1") == [("name", "words", ["Bill"])]
    assert explained("bull", name="Kill Bill: Volume 1") == [("name", "typo", ["Bill"])]
    # nor is one that is a part of it
    assert explained("robo cop", name="RoboCop", cast=["Ronny Cox"]) == [("name", "words", ["RoboCop"])]


def test_a_word_that_may_be_missing_is_no_slip() -> None:
    assert explained("for coppola", **THE_GODFATHER) == [("director", "words", ["Coppola"])]


def test_the_beginning_of_one_or_two_letters_is_looked_for_until_it_is_found() -> None:
    film: dict[str, Any] = {
        "name": "Pulp Fiction",
        "director": "Quentin Tarantino",
        "cast": ["John Travolta", "Uma Thurman"],
    }
    assert explained("pulp t", **film) == [("name", "words", ["Pulp"]), ("director", "words", ["T"])]
    assert explained("pulp th", **film) == [("name", "words", ["Pulp"]), ("cast", "words", ["Th"])]


def test_a_longer_beginning_is_looked_for_everywhere() -> None:
    film: dict[str, Any] = {
        "name": "The Godfather: Part III",
        "director": "Francis Ford Coppola",
        "cast": ["Sofia Coppola"],
    }
    assert explained("copp", **film) == [("director", "words", ["Copp"]), ("cast", "words", ["Copp"])]


@pytest.mark.parametrize(
    ("typed", "film", "meant"),
    [
        ("godfater", THE_GODFATHER, "godfather"),
        ("shawshenk redemtion", {"name": "The Shawshank Redemption"}, "shawshank redemption"),
        ("godfathr the", THE_GODFATHER, "godfather the"),
        ("amelei", {"name": "Amélie"}, "amélie"),
        ("oceens eleven", {"name": "Ocean's Eleven"}, "ocean's eleven"),
        ("shaqshan", {"name": "The Shawshank Redemption"}, "shawshank"),
        ("kubrik shining 1980", THE_SHINING, "kubrick shining 1980"),
        ("spidermn 2", {"name": "Spider-Man 2"}, "spider-man 2"),
        # nothing to put right, or nothing that could be
        ("godf", THE_GODFATHER, None),
        ("theshining", THE_SHINING, None),
        ("alien 4", ALIEN_CUBED, None),
        ("metropolis", THE_GODFATHER, None),
        ("1972", THE_GODFATHER, None),
        # a word that this film has not stays as it was typed
        ("brazil godfater", THE_GODFATHER, "brazil godfather"),
    ],
)
def test_did_you_mean(typed: str, film: dict[str, Any], meant: str | None) -> None:
    query = analyse_query(typed)
    assert did_you_mean(query, explain(query, **film)) == meant


def test_the_answer_is_annotated() -> None:
    answer = msgspec.json.encode({"id": 7, **THE_GODFATHER, "genres": [{"title": "Drama"}]})
    body = msgspec.json.decode(annotated(answer, analyse_query("godf")))
    assert list(body)[-1] == "matched_on"
    assert body.pop("matched_on") == [
        {"field": "name", "text": "The Godfather", "kind": "prefix", "ranges": [[4, 8]]}
    ]
    assert body == msgspec.json.decode(answer)


def test_an_answer_without_cast_director_and_year_is_annotated_too() -> None:
    answer = b'{"name":"Heat","director":null,"year":null}'
    assert annotated(answer, analyse_query("jaws")) == answer[:-1] + b',"matched_on":[]}'


@given(texts, texts, st.lists(texts, max_size=3), st.none() | st.integers(1870, 2100), texts)
def test_ranges_lie_in_the_text_in_order(
    name: str, director: str, cast: list[str], year: int | None, typed: str
) -> None:
    query = analyse_query(typed)
    matches = explain(query, name=name, director=director, year=year, cast=cast)
    for match in matches:
        assert match.ranges
        ends = [0, *[at for place in match.ranges for at in place], len(match.text)]
        assert ends == sorted(ends)
        assert all(start < end for start, end in match.ranges)
    assert did_you_mean(query, matches) != ""


@given(texts | st.builds("{}, The".format, texts))
@example("M*A*S*H")
@example("In the")
@example("V for Vendetta")
@example("!!! ???")
def test_a_name_is_itself_all_of_it(name: str) -> None:
    if not words_of(name):
        return
    (match,) = explain(analyse_query(name), name=name)
    assert match.kind == "exact"
    uncovered = list(name)
    for start, end in match.ranges:
        uncovered[start:end] = " " * (end - start)
    rest = "".join(uncovered)
    assert fold(rest) == ""
    # A name without letters is a word as it is.
    assert fold(name) or not rest.strip()


@given(texts, st.data())
def test_what_is_marked_is_what_was_typed(name: str, data: st.DataObject) -> None:
    words = words_of(name)
    if not words:
        return
    word = data.draw(st.sampled_from(words))
    for match in explain(analyse_query(word), name=name):
        for part in marked(match):
            spelt = "".join(words_of(part))
            assert word in spelt or canonical(word) == canonical(spelt)
