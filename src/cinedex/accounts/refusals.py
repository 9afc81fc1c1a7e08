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


class NotEditor(Unauthenticated):
    """The caller is neither, in the status that the old calls have for it: 401."""

    message = MayNotEdit.message
    code = MayNotEdit.code


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


class KeyRefused(Unauthenticated):
    """The API key is not ours, was revoked or has expired, or its owner is disabled."""

    message = "The API key is not valid, or not any more."
    code = "key_invalid"


class KeyMayNot(Forbidden):
    """The API key has not the scope for this, or a login is needed."""

    message = "This API key may not do this."
    code = "key_may_not"


class KeyNotFound(NotFound):
    """The caller has no such key."""

    message = "There is no such API key."
    code = "key_not_found"


class MayNotGrant(Forbidden):
    """A key would be for more than its owner may do."""

    message = "A key cannot be for more than you may do."
    code = "may_not_grant"


class TooManyKeys(Conflict):
    """The account has as many keys as it may have."""

    message = "You have too many API keys: revoke one first."
    code = "too_many_keys"
