"""The plot is well-formed, shows each size, and rises where searches take longer."""

from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from plot import HEIGHT, WIDTH, Point, draw

SVG = "{http://www.w3.org/2000/svg}"

points = st.lists(
    st.builds(Point, st.integers(1, 10**7), st.floats(0, 500), st.floats(0, 500)),
    min_size=1,
    max_size=6,
    unique_by=lambda point: point.films,
).map(lambda made: sorted(made, key=lambda point: point.films))


def places(drawn: str) -> dict[str, list[tuple[float, float]]]:
    root = ET.fromstring(drawn)  # noqa: S314 -- our own
    return {
        group.get("class", ""): [
            (float(dot.get("cx", "")), float(dot.get("cy", ""))) for dot in group.iter(f"{SVG}circle")
        ]
        for group in root.iter(f"{SVG}g")
    }


@given(points)
def test_each_size_is_a_dot_of_both_curves_on_the_page(given_points: list[Point]) -> None:
    drawn = places(draw(given_points))
    assert drawn.keys() == {"p50", "p99"}
    for dots in drawn.values():
        assert len(dots) == len(given_points)
        assert dots == sorted(dots, key=lambda dot: dot[0])
        assert all(0 < x < WIDTH and 0 < y < HEIGHT for x, y in dots)


@given(points)
def test_what_takes_longer_is_higher(given_points: list[Point]) -> None:
    drawn = places(draw(given_points))
    ordered = sorted(zip(given_points, drawn["p99"], strict=True), key=lambda pair: pair[0].p99)
    heights = [y for _, (_, y) in ordered]
    assert heights == sorted(heights, reverse=True)


def test_it_tells_its_figures_in_words_and_has_colours_for_the_dark() -> None:
    drawn = draw([Point(93_575, 0.25, 2), Point(1_000_000, 0.5, 4)])
    assert "93,575 films: 0.25 and 2.00 ms; 1,000,000 films: 0.50 and 4.00 ms" in drawn
    assert "prefers-color-scheme: dark" in drawn
