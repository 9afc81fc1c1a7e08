"""The two tokens: a signed one that says who calls, for minutes; a random one that renews it, for weeks."""

import hashlib
import secrets
from datetime import datetime
from typing import Annotated, Final

import jwt
import msgspec
from jwt.utils import base64url_encode
from msgspec import Meta

_ALGORITHM: Final = "HS256"
_PARTY: Final = "cinedex"
_CLAIMS: Final = ["sub", "sid", "iat", "exp", "aud", "iss"]


class Claims(msgspec.Struct, frozen=True):
    """What an access token says: the account, the session, and when it ends in seconds since 1970."""

    sub: Annotated[str, Meta(pattern="^[0-9]{1,18}$")]
    sid: str
    exp: int

    @property
    def user_id(self) -> int:
        """The account's id."""
        return int(self.sub)


class AccessTokens:
    """Signs access tokens, and reads those that it has signed."""

    def __init__(self, secret: str, lifetime_seconds: int) -> None:
        self.lifetime_seconds = lifetime_seconds
        self._secret = secret

    def sign(self, user_id: int, session_id: str, now: datetime) -> str:
        """Return a token for this session of this account."""
        issued = int(now.timestamp())
        claims = {
            "sub": str(user_id),
            "sid": session_id,
            "iat": issued,
            "exp": issued + self.lifetime_seconds,
            "aud": _PARTY,
            "iss": _PARTY,
        }
        return jwt.encode(claims, self._secret, algorithm=_ALGORITHM)

    def read(self, token: str, now: datetime) -> Claims | None:
        """Return what the token says; None when another key signed it, it was changed, or it has expired."""
        try:
            decoded = jwt.decode_complete(
                token,
                self._secret,
                algorithms=[_ALGORITHM],
                audience=_PARTY,
                issuer=_PARTY,
                # The library would compare with its own clock; ours is compared below.
                options={"require": _CLAIMS, "verify_exp": False, "verify_iat": False},
            )
            claims = msgspec.convert(decoded["payload"], Claims)
        except (jwt.PyJWTError, msgspec.ValidationError):
            return None
        # The last letter of a signature has spare bits: of the spellings that decode alike, one is ours.
        if base64url_encode(decoded["signature"]).decode() != token.rpartition(".")[2]:
            return None
        return claims if claims.exp > now.timestamp() else None


def new_refresh_token() -> str:
    """Return a token that nobody can guess."""
    return secrets.token_urlsafe(32)


def refresh_token_hash(token: str) -> str:
    """Return what is stored of a refresh token. It is random, so a plain fast hash hides it."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
