"""A program that answers requests by the WSGI application: one line of JSON each, in and out.

`python -m tests.sso.answering`, for tests of what one process does and another has to know.
"""

import json
import sys

import django

from genkan.site import environment


def main():
    environment.choose_settings()
    django.setup()
    from tests.sso.stage import call

    for line in sys.stdin:
        told = json.loads(line)
        found = call(told["path"], told["method"], body=told["body"].encode(), **told["headers"])
        is_json = found.headers.get("Content-Type") == "application/json"
        sys.stdout.write(json.dumps([found.status, found.json() if is_json else None]) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
