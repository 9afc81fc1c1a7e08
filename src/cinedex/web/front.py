"""The door of a worker: bare handlers are called at once, all other requests go to the framework.

The framework's routing takes as long as a cached answer. A bare handler answers methods, bodies and errors
itself, so nothing of the framework is missed.
"""

from litestar import Litestar
from litestar.enums import ScopeType
from litestar.routes import ASGIRoute
from litestar.types import ASGIApp, Receive, Scope, Send


class Front:
    """An ASGI application that answers as `app` does."""

    def __init__(self, app: Litestar) -> None:
        self._app = app
        self._bare: dict[str, ASGIApp] = {
            route.path: route.route_handler.fn for route in app.routes if isinstance(route, ASGIRoute)
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass on what is none."""
        answer = self._bare.get(scope["path"]) if scope["type"] == ScopeType.HTTP else None
        await (answer or self._app)(scope, receive, send)
