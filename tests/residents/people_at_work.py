"""A program that reads and writes profiles without a pause, for tests of what runs meanwhile.

`python -m tests.residents.people_at_work`: the first line that comes in names the people and the
telephone numbers they have; every further one is answered with what was done so far, as JSON. Once
no more can come, everybody is read again, and the telephone numbers are told.
"""

import json
import select
import sys
from itertools import count, cycle
from uuid import UUID

import django

from genkan.kernel import clock
from genkan.kernel.ids import ResidentId, new_id
from genkan.site import environment

EDIT_EVERY, REGISTER_EVERY = 4, 8


class Work:
    """What was done, and the telephone numbers there must be."""

    def __init__(self, phones):
        from genkan.residents import api
        from genkan.residents.service import profile

        self._api, self._profile = api, profile
        self.phones = phones
        self.done = {"read": 0, "edited": 0, "registered": 0}

    def read(self, one):
        held = self._api.profile_of(one).content("phone")
        assert held == self.phones[one], f"{held} for {self.phones[one]}"
        self.done["read"] += 1

    def edit(self, one, phone):
        self._profile.change_values(one, {"phone": phone}, now=clock.now())
        self.phones[one] = phone
        self.done["edited"] += 1

    def register(self, phone):
        values = {"name": {"full": "SURYATI"}, "birthdate": "1993-06-02", "phone": phone}
        new = self._api.NewResident(
            id=ResidentId(new_id()), email=None, password_hash=None, values=values
        )
        self.phones[self._api.create(new, now=clock.now())] = phone
        self.done["registered"] += 1


def main():
    environment.choose_settings()
    django.setup()
    asked = sys.stdin.buffer.raw  # unread lines stay in the pipe, where select sees them
    given = json.loads(asked.readline())
    work = Work({ResidentId(UUID(one)): phone for one, phone in given.items()})
    for turn, one in zip(count(), cycle(list(work.phones)), strict=False):
        work.read(one)
        if turn % EDIT_EVERY == 0:
            work.edit(one, f"06-{turn:08}")
        if turn % REGISTER_EVERY == 0:
            work.register(f"07-{turn:08}")
        if select.select([asked], [], [], 0)[0]:
            if not asked.readline():
                break
            print(json.dumps(work.done), flush=True)
    for one in list(work.phones):
        work.read(one)
    print(json.dumps({str(one): phone for one, phone in work.phones.items()}), flush=True)


if __name__ == "__main__":
    main()
