"""Where the next page begins, as text that callers send back as they got it.

A cursor is tied to its list by a digest: sent with another text, filter or order it would lead to a place that
is not in that list. Whether filters were read out of the text was decided for the first page, and stays so. A
cursor is no secret and nothing is at stake in it, so it is not signed; `Place` bounds its parts.
"""

from base64 import b64decode, urlsafe_b64encode
from hashlib import blake2b

import msgspec

from cinedex.foundation.errors import Invalid
from cinedex.search.models import Listing, Place

_DIGEST_BYTES = 8


class BadCursor(Invalid):
    """The cursor is none, or another list's."""

    code = "bad_cursor"


class Continued(msgspec.Struct, frozen=True, array_like=True):
    """Where a list goes on, and whether filters were read out of its text."""

    place: Place
    is_read: bool


def write_cursor(listing: Listing, continued: Continued) -> str:
    """Return the cursor of a place in a list."""
    packed = _digest(listing) + msgspec.msgpack.encode(continued)
    return urlsafe_b64encode(packed).decode().rstrip("=")


def read_cursor(listing: Listing, cursor: str) -> Continued:
    """Return where a cursor of this list leads. Raises BadCursor."""
    try:
        packed = b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        continued = msgspec.msgpack.decode(packed[_DIGEST_BYTES:], type=Continued)
    except ValueError:
        raise BadCursor("The cursor is none.", fields={"cursor": "not a cursor"}) from None
    if packed[:_DIGEST_BYTES] != _digest(listing):
        raise BadCursor(
            "The cursor belongs to another list.", fields={"cursor": "of another text, filter or order"}
        )
    return continued


def _digest(listing: Listing) -> bytes:
    """Stand for all of a list but its pages."""
    parts = msgspec.msgpack.encode((listing.text, listing.filters, listing.sort))
    return blake2b(parts, digest_size=_DIGEST_BYTES).digest()
