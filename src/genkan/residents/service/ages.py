"""The ages in force, read once from their file."""

import tomllib
from functools import cache
from pathlib import Path

from django.conf import settings

from genkan.residents.domain.ages import AgeRules, AgesFaulty, read_ages

DEFAULT = Path(__file__).parents[1] / "data" / "ages.toml"


def rules() -> AgeRules:
    """Return the rules of the file that the deployment names, or of the one that comes along.

    Raises:
        AgesFaulty: the file cannot be used.
    """
    return _read(settings.GENKAN.ages_file or DEFAULT)


@cache
def _read(path: Path) -> AgeRules:
    try:
        return read_ages(tomllib.loads(path.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise AgesFaulty(f"{path}: {error}") from error
