"""Templates into pages."""

from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from litestar import MediaType, Response

from cinedex.web.assets import address_of
from cinedex.web.films import brief_cast, pieces, score_in_tenths

_HEADERS: Final = {"cache-control": "no-cache"}

_templates = Environment(
    loader=PackageLoader("cinedex.web"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.globals |= {
    "asset": address_of,
    "brief_cast": brief_cast,
    "pieces": pieces,
    "score_in_tenths": score_in_tenths,
}


def render(
    template: str, *, status: int = 200, headers: dict[str, str] | None = None, **values: object
) -> Response[str]:
    """Return the page that a template makes of the values."""
    return Response(
        _templates.get_template(template).render(values),
        status_code=status,
        headers=_HEADERS | (headers or {}),
        media_type=MediaType.HTML,
    )
