"""The addresses answered in front of Django, by exact path."""

from genkan.onceonly import endpoints as onceonly
from genkan.sso import endpoints as sso

HOT_PATHS = {**sso.HOT_PATHS, **onceonly.HOT_PATHS}
