"""What the server calls."""

import os

from flask import Flask

from ninsho.config import from_environment
from ninsho.provider import Provider
from ninsho.web import create_app


def application() -> Flask:
    """The application with the settings of the environment."""
    return create_app(Provider(from_environment(os.environ)))
