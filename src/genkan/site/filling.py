"""Filling a demo installation; doing it twice changes nothing."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.hashers import make_password

from genkan.delivery import api as delivery
from genkan.kernel import clock
from genkan.residents import api as residents
from genkan.site.demo import OPERATOR, SIGN_INS
from genkan.site.installation import prepare
from genkan.ui.moments import in_jst


def fill(*, size: int, seed: int, password: str, say: Callable[[str], object]) -> None:
    """Bring the database up to date and fill it with invented people and contents.

    Args:
        size: crowd beside the special residents.
        seed: of the crowd.
        password: of the residents that can sign in, and of the operator.
        say: told of each step.
    """
    say("preparing the database …")
    prepare()
    now = clock.now()
    hashed = make_password(password)
    say(f"registering {size} invented residents …")
    wanted = residents.Wanted(
        size=size,
        seed=seed,
        anchor=in_jst(now).date(),
        passwords=dict.fromkeys(SIGN_INS, hashed),
    )
    residents.load(wanted, mode=settings.GENKAN.mode, now=now)
    say("publishing sample contents …")
    delivery.load(delivery.sample_contents(), now=now)
    try:
        residents.open_staff_account(OPERATOR, hashed, now=now)
    except residents.AddressTaken:
        say("everything was there already")
