"""What the WSGI server loads in its worker process: the application, with its courier running."""

import logging
import os

from flask import Flask

from shinsei.config import from_environment
from shinsei.web.app import create_app


def application() -> Flask:
    """A factory, so that importing this module starts nothing."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    app = create_app(from_environment(os.environ))
    app.extensions["shinsei.courier"].start()
    return app
