"""What `genkan serve` runs in each worker: the application, and the thread that writes counts."""

from genkan.site.wsgi import application
from genkan.sso import api as sso

__all__ = ["application"]

sso.start_counting()
