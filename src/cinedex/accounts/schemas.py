"""What the calls of accounts read and answer. Nothing that was read shows its secrets when printed."""

from datetime import UTC, datetime
from typing import Annotated, Final, Self

import msgspec
from litestar.datastructures import CacheControlHeader
from msgspec import Meta

from cinedex.accounts.models import LONGEST_USERNAME, Role, Session, Tokens, User
from cinedex.accounts.password_rules import LONGEST_PASSWORD, SHORTEST_PASSWORD
from cinedex.foundation.text import NAME_PATTERN, TEXT_PATTERN

NEVER_STORED: Final = CacheControlHeader(no_store=True)
"""Of answers that are for one caller only."""

# Not to be shown while it is typed, and in no answer.
_HIDDEN: Final = {"format": "password", "writeOnly": True}

# Lengths are told here and decided in `models` and `password_rules`, where text is measured after it was cleaned.
NewUsername = Annotated[
    str,
    Meta(
        description="Compared without regard to case, accents and punctuation.",
        extra_json_schema={"minLength": 1, "maxLength": LONGEST_USERNAME, "pattern": NAME_PATTERN},
    ),
]
NewPassword = Annotated[
    str,
    Meta(
        extra_json_schema={
            **_HIDDEN,
            "minLength": SHORTEST_PASSWORD,
            "maxLength": LONGEST_PASSWORD,
            "pattern": TEXT_PATTERN,
        },
        description="None of those that everybody tries first, and not the username.",
    ),
]
Password = Annotated[str, Meta(extra_json_schema=_HIDDEN)]


class Registration(msgspec.Struct):
    """A new account. Only an admin may make another admin."""

    username: NewUsername
    password: NewPassword
    is_admin: bool | None = None

    def __repr__(self) -> str:
        """Show everything but the password."""
        return f"Registration(username={self.username!r}, is_admin={self.is_admin})"


class Credentials(msgspec.Struct):
    """A name and a password."""

    username: str
    password: Password

    def __repr__(self) -> str:
        """Show everything but the password."""
        return f"Credentials(username={self.username!r})"


class Renewal(msgspec.Struct):
    """A refresh token, good for one use."""

    refresh_token: Annotated[str, Meta(extra_json_schema=_HIDDEN)]

    def __repr__(self) -> str:
        """Show nothing: the token is all there is."""
        return "Renewal()"


class Message(msgspec.Struct):
    """A sentence for people."""

    message: str


class LoggedIn(msgspec.Struct):
    """The tokens of a session: `token` for the Authorization header, for `expires_in` seconds."""

    message: str
    token: str
    refresh_token: str
    expires_in: int

    @classmethod
    def of(cls, message: str, tokens: Tokens) -> Self:
        """Shape the answer to whoever receives these tokens."""
        return cls(message, tokens.access, tokens.refresh, tokens.expires_in)

    def __repr__(self) -> str:
        """Show everything but the tokens."""
        return f"LoggedIn(message={self.message!r}, expires_in={self.expires_in})"


class Rename(msgspec.Struct):
    """The name that shall be, and the account's password."""

    username: NewUsername
    password: Password

    def __repr__(self) -> str:
        """Show everything but the password."""
        return f"Rename(username={self.username!r})"


class PasswordChange(msgspec.Struct):
    """The password that is, and the one that shall be."""

    current_password: Password
    new_password: NewPassword

    def __repr__(self) -> str:
        """Show nothing: passwords are all there is."""
        return "PasswordChange()"


class PasswordReset(msgspec.Struct):
    """The password that shall be."""

    password: NewPassword

    def __repr__(self) -> str:
        """Show nothing: the password is all there is."""
        return "PasswordReset()"


class Confirmation(msgspec.Struct):
    """The account's password, for what a stolen token must not do."""

    password: Password

    def __repr__(self) -> str:
        """Show nothing: the password is all there is."""
        return "Confirmation()"


class UserPatch(msgspec.Struct):
    """What admins may change of an account; what is not given stays."""

    role: Role | None = None
    disabled: bool | None = None


class UserQuery(msgspec.Struct):
    """Which accounts to list: those whose names begin with `q`, and after which one."""

    q: str = ""
    limit: Annotated[int, Meta(ge=1, le=100)] = 50
    cursor: Annotated[
        str, Meta(pattern="^[0-9]{0,18}$", description="The `next_cursor` of the page before.")
    ] = ""


class UserBody(msgspec.Struct):
    """An account. `is_admin` says of the role what older clients ask."""

    id: int
    username: str
    role: Role
    is_admin: bool
    disabled: bool
    created_at: datetime

    @classmethod
    def of(cls, user: User) -> Self:
        """Shape an account."""
        return cls(
            user.id, user.username, user.role, user.is_admin, user.is_disabled, _moment(user.created_at)
        )


class UserList(msgspec.Struct):
    """A page of accounts, the oldest first; `next_cursor` is null on the last one."""

    users: list[UserBody]
    next_cursor: str | None


class SessionBody(msgspec.Struct):
    """One login: the `device` as it called itself, and when it was used last, to a minute."""

    id: str
    device: str | None
    created_at: datetime
    last_used_at: datetime
    current: bool

    @classmethod
    def of(cls, session: Session, *, current: str) -> Self:
        """Shape a session; `current` is the id of the one that asks."""
        return cls(
            session.id,
            session.device,
            _moment(session.created_at),
            _moment(session.last_used_at),
            session.id == current,
        )


class SessionList(msgspec.Struct):
    """From where an account is logged in."""

    sessions: list[SessionBody]


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
