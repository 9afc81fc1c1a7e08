"""Strings and numbers, packed for columns of integers, come back as they were."""

from hypothesis import example, given
from hypothesis import strategies as st

from cinedex.search.engines.tantivy.packing import TITLE_BYTES, mixed, pack_text, unmixed, unpack_texts

_LARGEST = (1 << 63) - 1


@given(st.integers(0, _LARGEST))
@example(0)
@example(_LARGEST)
def test_a_mixed_number(number: int) -> None:
    assert 0 <= mixed(number) <= _LARGEST
    assert unmixed(mixed(number)) == number


def test_neighbours_have_nothing_in_common_when_they_are_mixed() -> None:
    """Each few of them reach over nearly all of the range, so that no block can be packed more tightly."""
    for start in (0, 1 << 20, 1 << 42, 1 << 62):
        for step in (1, 1 << 20, 1 << 42):
            numbers = [mixed((start + step * at) & _LARGEST) for at in range(512)]
            assert max(numbers) - min(numbers) > _LARGEST // 2


@given(st.lists(st.text(max_size=40), min_size=1))
def test_texts_are_cut_to_size(texts: list[str]) -> None:
    columns = list(zip(*(pack_text(text, TITLE_BYTES) for text in texts), strict=True))
    assert unpack_texts(columns) == [text.encode()[:TITLE_BYTES].rstrip(b"\0") for text in texts]
