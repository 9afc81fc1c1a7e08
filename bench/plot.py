"""A plot of how search grows with the number of films, as an SVG that reads well in light and dark."""

from collections.abc import Sequence
from math import log10

import msgspec

WIDTH, HEIGHT = 720, 400
_LEFT, _RIGHT, _TOP, _BOTTOM = 60, 80, 40, 50

_STYLE = """
  .page { fill: #ffffff } text { font: 13px system-ui, sans-serif; fill: #24292f }
  .grid { stroke: #d0d7de } .p50 { --line: #0969da } .p99 { --line: #bc4c00 }
  .line { fill: none; stroke: var(--line); stroke-width: 2.5 } .dot, .name { fill: var(--line) }
  .name { font-weight: 600 } .end { text-anchor: end } .middle { text-anchor: middle }
  @media (prefers-color-scheme: dark) {
    .page { fill: #0d1117 } text { fill: #e6edf3 } .grid { stroke: #3d444d } .p50 { --line: #58a6ff } .p99 { --line: #f0883e }
  }
"""


class Point(msgspec.Struct, frozen=True):
    """How long searches take, in milliseconds, in a catalogue of so many films."""

    films: int
    p50: float
    p99: float


class _Scale(msgspec.Struct, frozen=True):
    """Places on the page: films by their logarithm from left to right, milliseconds from the bottom up."""

    fewest: float
    most: float
    highest: int

    def x(self, films: int) -> float:
        share = (log10(films) - self.fewest) / ((self.most - self.fewest) or 1)
        return round(_LEFT + share * (WIDTH - _LEFT - _RIGHT), 1)

    def y(self, milliseconds: float) -> float:
        return round(HEIGHT - _BOTTOM - milliseconds / self.highest * (HEIGHT - _TOP - _BOTTOM), 1)


def draw(points: Sequence[Point]) -> str:
    """Return the plot of p50 and p99 over the number of films."""
    films = [log10(point.films) for point in points]
    scale = _Scale(min(films), max(films), int(max(max(point.p50, point.p99) for point in points)) + 1)
    told = "; ".join(f"{one.films:,} films: {one.p50:.2f} and {one.p99:.2f} ms" for one in points)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
        "<title>Milliseconds of a search over the number of films</title>",
        f"<desc>p50 and p99 at {told}</desc>",
        f"<style>{_STYLE}</style>",
        # Painted, since the page around it may be dark where the system is light.
        f'<rect class="page" width="{WIDTH}" height="{HEIGHT}" rx="6"/>',
        f'<text x="{_LEFT}" y="20">milliseconds of a search in the engine, uncached</text>',
        f'<text class="end" x="{WIDTH - _RIGHT}" y="{HEIGHT - 8}">films, logarithmic</text>',
        *_rows(scale),
        *(_column(scale, point) for point in points),
        *_curve(scale, "p50", [(point.films, point.p50) for point in points]),
        *_curve(scale, "p99", [(point.films, point.p99) for point in points]),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _rows(scale: _Scale) -> list[str]:
    step = max(1, scale.highest // 6)
    return [
        f'<line class="grid" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{scale.y(at)}" y2="{scale.y(at)}"/>'
        f'<text class="end" x="{_LEFT - 10}" y="{scale.y(at) + 4}">{at}</text>'
        for at in range(0, scale.highest + 1, step)
    ]


def _column(scale: _Scale, point: Point) -> str:
    place = scale.x(point.films)
    return f'<text class="middle" x="{place}" y="{HEIGHT - _BOTTOM + 20}">{point.films:,}</text>'


def _curve(scale: _Scale, name: str, values: Sequence[tuple[int, float]]) -> list[str]:
    places = [(scale.x(films), scale.y(value)) for films, value in values]
    dots = [f'<circle class="dot" cx="{x}" cy="{y}" r="4"/>' for x, y in places]
    x, y = places[-1]
    return [
        f'<g class="{name}">',
        f'<polyline class="line" points="{" ".join(f"{x},{y}" for x, y in places)}"/>',
        *dots,
        f'<text class="name" x="{x + 10}" y="{y + 4}">{name}</text>',
        "</g>",
    ]
