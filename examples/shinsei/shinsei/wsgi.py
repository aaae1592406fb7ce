"""What the WSGI server loads in its worker process: the application, with its courier running."""

import logging
import os
import threading
import time

from flask import Flask

from shinsei.config import from_environment
from shinsei.web.app import create_app


def application() -> Flask:
    """A factory, so that importing this module starts nothing."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    app = create_app(from_environment(os.environ))
    app.extensions["shinsei.courier"].start()
    threading.Thread(target=_end_with, args=(os.getppid(),), name="watch", daemon=True).start()
    return app


def _end_with(parent: int) -> None:
    """End this worker when the server that started it was killed; it would keep the port."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)
