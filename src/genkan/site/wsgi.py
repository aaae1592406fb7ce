"""The WSGI application: hot paths first, Django for everything else."""

from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

from genkan.site import environment

environment.choose_settings()

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

pages: Application = get_wsgi_application()

from genkan.kernel import wire  # noqa: E402 - likewise
from genkan.site.hot_paths import HOT_PATHS  # noqa: E402 - models exist from here on


@wire.taking_bodies
def application(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer a request: by the hot path of that exact address, else by Django."""
    answer = HOT_PATHS.get(environ.get("PATH_INFO", ""), pages)
    return answer(environ, start_response)
