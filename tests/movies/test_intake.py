"""Films from files: each kind of file, and each kind of dirt, has a decided outcome."""

import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinedex.movies.intake import MovieFile, Refused, UnreadableFile
from cinedex.movies.models import NewMovie, new_movie

WIZARD = {
    "name": "The Wizard of Oz",
    "director": "Victor Fleming",
    "year": 1939,
    "genres": ["Adventure", "Family"],
}
OLD_WIZARD = {
    "99popularity": 83.0,
    "director": "Victor Fleming",
    "genre": ["Adventure", " Family", " Fantasy", " Musical"],
    "imdb_score": 8.3,
    "name": "The Wizard of Oz",
}
METROPOLIS = b'{"name": "Metropolis"}\n'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "films"


def read(path: Path, content: bytes | None = None) -> list[NewMovie | Refused]:
    if content is not None:
        path.write_bytes(content)
    with MovieFile(path) as opened:
        return list(opened)


def lines(*entries: Any) -> bytes:
    return "".join(json.dumps(entry) + "\n" for entry in entries).encode()


def test_json_lines(file: Path) -> None:
    whole = WIZARD | {
        "imdb_score": 8,
        "popularity": 83,
        "votes": 102795,
        "cast": ["Judy Garland", "", "Ray Bolger"],
    }
    [movie] = read(file, lines(whole))
    assert movie == new_movie(
        name="The Wizard of Oz",
        director="Victor Fleming",
        year=1939,
        genres=["Adventure", "Family"],
        imdb_score=8.0,
        popularity=83.0,
        votes=102795,
        cast=["Judy Garland", "Ray Bolger"],
    )


def test_a_list_and_what_the_older_service_wrote(file: Path) -> None:
    [movie] = read(file, json.dumps([OLD_WIZARD], indent=2).encode())
    assert movie == new_movie(
        name="The Wizard of Oz",
        director="Victor Fleming",
        imdb_score=8.3,
        popularity=83.0,
        genres=["Adventure", "Family", "Fantasy", "Musical"],
    )


@pytest.mark.parametrize("pack", [lambda content: content, gzip.compress])
@pytest.mark.parametrize("content", [lines(WIZARD, OLD_WIZARD), json.dumps([WIZARD, OLD_WIZARD]).encode()])
@pytest.mark.parametrize("before", [b"", b"\xef\xbb\xbf", b"\xef\xbb\xbf \r\n\n\t"])
def test_the_content_says_what_kind_of_file_it_is(
    file: Path, pack: Any, content: bytes, before: bytes
) -> None:
    names = [entry.name for entry in read(file, pack(before + content)) if isinstance(entry, NewMovie)]
    assert names == ["The Wizard of Oz", "The Wizard of Oz"]


def test_gzip_in_parts_is_one_file(file: Path) -> None:
    assert len(read(file, gzip.compress(METROPOLIS, mtime=0) + gzip.compress(METROPOLIS))) == 2


def test_only_the_name_must_be_known(file: Path) -> None:
    nothing = dict.fromkeys(
        ["director", "imdb_score", "popularity", "genre", "genres", "year", "votes", "cast"]
    )
    entries = read(
        file,
        lines(
            {"name": "Metropolis"}, {"name": "Metropolis"} | nothing, {"name": "Metropolis", "director": " "}
        ),
    )
    assert entries == [new_movie(name="Metropolis")] * 3


@pytest.mark.parametrize(
    "given",
    [{"genre": "Drama"}, {"genres": " Drama"}, {"genre": ["Drama"]}, {"genre": "Drama", "genres": ["drama"]}],
)
def test_genres_come_under_two_names_and_in_two_shapes(file: Path, given: dict[str, Any]) -> None:
    assert read(file, lines({"name": "Metropolis"} | given)) == [
        new_movie(name="Metropolis", genres=["Drama"])
    ]


@pytest.mark.parametrize(("number", "name"), [("1776", "1776"), ("21", "21"), ("8.5", "8.5"), ("9", "9")])
def test_titles_that_are_numbers_become_text(file: Path, number: str, name: str) -> None:
    assert read(file, f'{{"name": {number}}}'.encode()) == [new_movie(name=name)]


@pytest.mark.parametrize("content", [b"", b"\n \n\t\n", b"\xef\xbb\xbf", b"[]", b" [ ] \n"])
@pytest.mark.parametrize("pack", [lambda content: content, gzip.compress])
def test_a_file_may_be_empty(file: Path, content: bytes, pack: Any) -> None:
    assert read(file, pack(content)) == []


def test_blank_lines_are_counted_and_no_films(file: Path) -> None:
    entries = read(file, b"\n\r\n" + METROPOLIS + b"  \n{\n" + METROPOLIS.strip())
    metropolis = new_movie(name="Metropolis")
    assert entries[0] == entries[2] == metropolis
    assert isinstance(entries[1], Refused)
    assert entries[1].number == 5


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "truncated"),
        (b"Metropolis", "malformed"),
        (b"{}", "missing required field `name`"),
        (b"null", "got `null`"),
        (b'["Metropolis"]', "Expected `object`"),
        (b'{"name": null}', "$.name"),
        (b'{"name": true}', "$.name"),
        (b'{"name": ""}', "name: missing"),
        (b'{"name": "Metr\xf3polis"}', "not valid UTF-8"),
        (b'{"name": "\\ud800"}', "truncated"),
        (b'{"name": "Metropolis\\u0000"}', "name: control characters"),
        (b'{"name": "Metro\\u202esilop"}', "name: characters that turn the direction of text"),
        (b'{"name": "Metropolis", "cast": ["\\u2066Brigitte Helm"]}', "cast: characters that turn"),
        (b'{"name": "Metropolis", "year": "1927"}', "$.year"),
        (b'{"name": "Metropolis", "year": 1492}', "year: from 1870 to 2100"),
        (b'{"name": "Metropolis", "year": 1' + b"0" * 5000 + b"}", "$.year"),
        (b'{"name": 1' + b"0" * 4299 + b"}", "name: at most 500 characters"),
        (b'{"name": "Metropolis", "imdb_score": 10.5}', "imdb_score: from 0.0 to 10.0"),
        (b'{"name": "Metropolis", "imdb_score": NaN}', "malformed"),
        (b'{"name": "Metropolis", "imdb_score": 1e999}', "$.imdb_score"),
        (b'{"name": "Metropolis", "votes": -1}', "votes: from 0"),
        (b'{"name": "Metropolis", "99popularity": -1}', "popularity: from 0.0"),
        (b'{"name": "Metropolis", "cast": "Brigitte Helm"}', "$.cast"),
        (b'{"name": "Metropolis", "genre": [7]}', "$.genre"),
        (b'{"name": "Metropolis", "other": ' + b"[" * 100_000, "nested too deeply"),
        (b'{"name": "' + b"x" * 1024 * 1024 + b'"}', "longer than"),
        (b'{"name": "' + b"x" * 3 * 1024 * 1024 + b'"}', "longer than"),
    ],
)
def test_a_line_that_is_no_film_is_refused_and_the_next_is_read(file: Path, line: bytes, reason: str) -> None:
    before, refused, after = read(file, METROPOLIS + line + b"\n" + METROPOLIS)
    assert before == after == new_movie(name="Metropolis")
    assert isinstance(refused, Refused)
    assert refused.number == 2
    assert reason in refused.reason


def test_an_item_that_is_no_film_is_refused_by_its_number(file: Path) -> None:
    _, refused, movie = read(
        file, b'[{"name": "Alien"},\n {"name": "Heat", "year": 1},\n {"name": "Metropolis"}]'
    )
    assert refused == Refused(2, "year: from 1870 to 2100")
    assert movie == new_movie(name="Metropolis")


def test_the_longest_line_that_is_read(file: Path) -> None:
    padding = b" " * (1024 * 1024 - len(METROPOLIS))
    longest = METROPOLIS.replace(b"}", padding + b"}")
    assert read(file, longest + METROPOLIS) == [new_movie(name="Metropolis")] * 2


@pytest.mark.parametrize(
    "content", [b"[", b'[{"name": "Alien"}', b'[{"name": "Alien"}] []', b'[{"name": "\xff"]']
)
def test_a_broken_list_is_no_file_of_films(file: Path, content: bytes) -> None:
    with pytest.raises(UnreadableFile, match="list"):
        read(file, content)


def test_a_file_that_is_cut_off_gives_what_it_has_and_then_says_so(file: Path) -> None:
    names = [f'{{"name": "Metropolis", "cast": ["{number * 7919}"]}}\n' for number in range(20_000)]
    packed = gzip.compress("".join(names).encode())
    file.write_bytes(packed[: len(packed) // 2])
    entries: list[NewMovie | Refused] = []
    with MovieFile(file) as opened, pytest.raises(UnreadableFile, match="too early"):
        entries.extend(entry for entry in opened)
    assert all(isinstance(entry, NewMovie) for entry in entries)


@pytest.mark.parametrize(
    "content",
    [
        b"\x1f\x8b",
        b"\x1f\x8bno gzip at all",
        gzip.compress(METROPOLIS, mtime=0)[:-9] + b"\x00" * 9,
        gzip.compress(METROPOLIS, mtime=0) + b"more",
    ],
)
def test_broken_gzip(file: Path, content: bytes) -> None:
    with pytest.raises(UnreadableFile):
        read(file, content)


def test_damaged_gzip(file: Path) -> None:
    packed = bytearray(gzip.compress(METROPOLIS, mtime=0))
    packed[12:16] = b"\xff" * 4
    with pytest.raises(UnreadableFile):
        read(file, bytes(packed))


def test_another_encoding_is_named(file: Path) -> None:
    with pytest.raises(UnreadableFile, match="UTF-16"):
        read(file, METROPOLIS.decode().encode("utf-16"))


def test_a_folder_and_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="directory"):
        MovieFile(tmp_path)
    with pytest.raises(UnreadableFile, match="No such file"):
        MovieFile(tmp_path / "films")


def test_progress_goes_from_nothing_to_the_size(file: Path) -> None:
    file.write_bytes(gzip.compress(METROPOLIS * 1000, mtime=0))
    with MovieFile(file) as opened:
        assert opened.position == 0
        assert len(list(opened)) == 1000
        assert opened.position == opened.size == file.stat().st_size


@pytest.mark.parametrize("pack", [lambda content: content, gzip.compress])
def test_a_pipe_is_read_like_a_file(pack: Any) -> None:
    reader, writer = os.pipe()
    os.write(writer, pack(METROPOLIS * 10))
    os.close(writer)
    with MovieFile(Path(f"/dev/fd/{reader}")) as opened:
        assert len(list(opened)) == 10
        assert opened.position == 0
    os.close(reader)


@given(content=st.binary() | st.binary().map(lambda content: b'{"name": "' + content + b'"}'))
def test_any_bytes_are_films_refusals_or_unreadable(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any"
    try:
        entries = read(path, content)
    except UnreadableFile:
        return
    assert all(isinstance(entry, NewMovie) or entry.reason for entry in entries)
