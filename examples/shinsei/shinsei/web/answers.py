"""What the application form carried, read so that an unreadable field is noticed."""

from urllib.parse import unquote_to_bytes

from flask import request

from shinsei.form import FIELDS


def sent_answers() -> dict[str, str]:
    """Form field to text, exactly as sent; bytes that are not UTF-8 become U+FFFD.

    Werkzeug's `request.form` keeps such bytes as `%93%FA`, which would then be somebody's name.
    """
    if request.mimetype != "application/x-www-form-urlencoded":
        return {field.key: request.form.get(field.key, "") for field in FIELDS}
    sent: dict[str, str] = {}
    for pair in request.get_data(cache=True).split(b"&"):
        name, _, typed = pair.partition(b"=")
        text = unquote_to_bytes(typed.replace(b"+", b" ")).decode("utf-8", "replace")
        sent.setdefault(name.decode("ascii", "replace"), text)
    return {field.key: sent.get(field.key, "") for field in FIELDS}
