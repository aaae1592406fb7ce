"""Whoever connects a service hears of it by mail, with the page that stops it (M15)."""

import re

from django.core import mail
from procrastinate.contrib.django.models import ProcrastinateJob

from genkan.sso import jobs
from tests.sso.stage import COMMITS


def sent():
    """Run the queued notices; return the mails."""
    mail.outbox.clear()
    for job in ProcrastinateJob.objects.filter(task_name="sso.tell_of_link"):
        jobs.tell_of_link(**job.args)
    return mail.outbox


@COMMITS
def test_new_link_is_told_with_the_page_that_stops_it(linked, service):
    (told,) = sent()

    assert told.to == [linked.email]
    (stop, _security) = re.findall(r"^http://\S+$", told.body, re.MULTILINE)
    assert stop.endswith(f"/services/{service.id}/stop")
    answer = linked.open(re.sub("^http://[^/]+", "", stop))
    assert answer.status_code == 200


@COMMITS
def test_link_that_exists_is_not_told_again(linked, service):
    before = len(sent())

    linked.open(service.address())

    assert len(sent()) == before == 1
