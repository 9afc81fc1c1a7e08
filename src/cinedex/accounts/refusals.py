"""What accounts refuse, in words for people and codes for programs."""

from cinedex.foundation.errors import Conflict, Forbidden, NotFound, Unauthenticated


class UsernameTaken(Conflict):
    """An account has this name, or one that folds to the same."""

    message = "This username is taken."
    code = "username_taken"


class CredentialsRefused(Unauthenticated):
    """There is no account of this name, or the password is another: who asks is not told which."""

    message = "Invalid username or password."
    code = "invalid_credentials"


class TokenMissing(Unauthenticated):
    """The call needs an access token, and has none."""

    message = "Please log in."
    code = "token_missing"


class TokenRefused(Unauthenticated):
    """The access token is not ours, has expired, or its session has ended."""

    message = "The token is not valid, or not any more. Please log in."
    code = "token_invalid"


class SessionNotFound(NotFound):
    """The caller has no session with this id, or it has ended."""

    message = "There is no such session."
    code = "session_not_found"


class RefreshTokenRefused(Unauthenticated):
    """The refresh token is unknown, expired or spent, or its session has ended."""

    message = "The refresh token is not valid, or not any more. Please log in."
    code = "refresh_token_invalid"


class NotAdmin(Unauthenticated):
    """The caller is not an administrator, in the status that the four old calls have for it: 401."""

    message = "Only an administrator may do this."
    code = "not_admin"


class MayNot(Forbidden):
    """The caller is not an administrator, in the status that newer routes have for it: 403."""

    message = NotAdmin.message
    code = NotAdmin.code


class MayNotEdit(Forbidden):
    """The caller is neither an editor nor an administrator."""

    message = "Only an editor or an administrator may do this."
    code = "not_editor"


class WrongPassword(Forbidden):
    """The caller is known, but has not given the password that this change needs."""

    message = "The password is wrong."
    code = "wrong_password"


class UserNotFound(NotFound):
    """There is no such account."""

    message = "There is no such account."
    code = "user_not_found"


class LastAdmin(Conflict):
    """Nobody would be left who may change accounts."""

    message = "This is the last administrator: make another one first."
    code = "last_admin"
