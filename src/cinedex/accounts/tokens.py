"""The two tokens: a signed one that says who calls, for minutes; a random one that renews it, for weeks."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Final

import jwt
import msgspec
from jwt.utils import base64url_encode
from msgspec import Meta

_ALGORITHM: Final = "HS256"
_PARTY: Final = "cinedex"
_LEEWAY_SECONDS: Final = 30
_CLAIMS: Final = ["sub", "sid", "iat", "exp", "aud", "iss"]


class Claims(msgspec.Struct, frozen=True):
    """What an access token says: the account, the session, and its time in seconds since 1970."""

    sub: Annotated[str, Meta(pattern="^[0-9]{1,18}$")]
    sid: str
    iat: int
    exp: int
    nbf: int = 0

    @property
    def user_id(self) -> int:
        """The account's id."""
        return int(self.sub)

    def is_good_at(self, moment: float) -> bool:
        """Say whether the token has begun and has not ended; the clocks of two nodes may differ a little."""
        return max(self.iat, self.nbf) <= moment + _LEEWAY_SECONDS and moment < self.exp


class AccessTokens:
    """Signs access tokens with the first of several secrets, and reads those signed with any of them."""

    def __init__(self, secrets: Sequence[str], lifetime_seconds: int) -> None:
        self.lifetime_seconds = lifetime_seconds
        self._keys = {_key_id(secret): secret for secret in secrets}
        self._current = _key_id(secrets[0])

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
        return jwt.encode(
            claims, self._keys[self._current], algorithm=_ALGORITHM, headers={"kid": self._current}
        )

    def read(self, token: str, now: datetime) -> Claims | None:
        """Return what the token says; None when no key of ours signed it, it was changed, or it is not its time."""
        for secret in self._secrets_for(token):
            claims = _read(token, secret)
            if claims is not None:
                return claims if claims.is_good_at(now.timestamp()) else None
        return None

    def _secrets_for(self, token: str) -> list[str]:
        """Return the secret that a token names; for one of before secrets had names, all of them."""
        try:
            header = jwt.get_unverified_header(token)
        except jwt.PyJWTError:
            return []
        if "kid" not in header:
            return list(self._keys.values())
        return [self._keys[header["kid"]]] if header["kid"] in self._keys else []


def _read(token: str, secret: str) -> Claims | None:
    try:
        decoded = jwt.decode_complete(
            token,
            secret,
            algorithms=[_ALGORITHM],
            audience=_PARTY,
            issuer=_PARTY,
            # The library would compare with its own clock; ours is compared below.
            options={"require": _CLAIMS, "verify_exp": False, "verify_iat": False, "verify_nbf": False},
        )
        claims = msgspec.convert(decoded["payload"], Claims)
    except (jwt.PyJWTError, msgspec.ValidationError):
        return None
    # The last letter of a signature has spare bits: of the spellings that decode alike, one is ours.
    if base64url_encode(decoded["signature"]).decode() != token.rpartition(".")[2]:
        return None
    return claims


def _key_id(secret: str) -> str:
    """Return a name for a secret that tells no more about it than a signature does."""
    return hmac.digest(secret.encode(), b"cinedex key id", "sha256")[:8].hex()


def new_refresh_token() -> str:
    """Return a token that nobody can guess."""
    return secrets.token_urlsafe(32)


def refresh_token_hash(token: str) -> str:
    """Return what is stored of a refresh token. It is random, so a plain fast hash hides it."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
