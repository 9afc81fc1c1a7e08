"""Lists of ETags as RFC 9110 has them, and what the two comparisons find in them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinedex.foundation.errors import Invalid
from cinedex.foundation.etags import PATTERN, EntityTags, etag, read_tags

revisions = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters='"'))
spaces = st.text(" \t", max_size=2)
tags = st.lists(st.tuples(st.booleans(), revisions), min_size=1, max_size=5)


def read(*lines: str) -> EntityTags:
    found = read_tags("If-Match", lines)
    assert found is not None
    return found


@given(sent=tags, around=spaces, blanks=st.integers(0, 2), cut=st.integers(0, 5))
def test_every_tag_of_a_list_is_read_however_it_is_written(
    sent: list[tuple[bool, str]], around: str, blanks: int, cut: int
) -> None:
    written = [f"{around}{'W/' if weak else ''}{etag(revision)}{around}" for weak, revision in sent]
    written += [around] * blanks
    lines = [",".join(part) for part in (written[:cut], written[cut:]) if part]
    found = read(*lines)
    assert not found.is_any
    assert found.strong == {revision for weak, revision in sent if not weak}
    assert found.weak == {revision for weak, revision in sent if weak}


@given(sent=tags, revision=revisions)
def test_a_weak_tag_holds_in_the_weak_comparison_only(sent: list[tuple[bool, str]], revision: str) -> None:
    found = read(*(f"{'W/' if weak else ''}{etag(one)}" for weak, one in sent))
    assert found.hold(revision) == ((False, revision) in sent)
    assert found.hold_weakly(revision) == (revision in {one for _, one in sent})
    for weak, one in sent:
        assert found.hold_weakly(one)
        assert weak or found.hold(one)


@pytest.mark.parametrize("star", ["*", " * ", "\t*"])
def test_a_star_holds_whatever_there_is(star: str) -> None:
    assert read(star).hold("anything")
    assert read(star).hold_weakly("anything")


def test_without_the_header_there_are_no_tags() -> None:
    assert read_tags("If-Match", []) is None


@pytest.mark.parametrize(
    "text",
    ["", " ", ",", "abc", '"abc', 'abc"', '"a" "b"', '"a"b"', '"a b"', 'w/"a"', 'W/ "a"', '*, "a"', '"a", *', "**"],
)  # fmt: skip
def test_what_is_no_list_is_refused_by_name(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_tags("If-Match", [text])
    assert refused.value.fields.keys() == {"If-Match"}


@given(text=st.text(st.characters(max_codepoint=0xFF)))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = read(text)
    except Invalid:
        return
    assert found.is_any != bool(found.strong | found.weak)


@pytest.mark.parametrize("text", [" " * 20_000, '"' * 20_001, ", " * 10_000 + "x", '"a",' * 10_000 + '"'])
def test_long_nonsense_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        read(text)


@given(
    text=st.text(st.sampled_from('*W/", \tab\x1f\xe9'))
    | tags.map(lambda sent: ", ".join(etag(tag) for _, tag in sent))
)
def test_the_pattern_tells_what_is_read(text: str) -> None:
    text = text.strip(" \t\n")
    try:
        read(text)
    except Invalid:
        assert not re.search(PATTERN, text)
    else:
        assert re.search(PATTERN, text)
