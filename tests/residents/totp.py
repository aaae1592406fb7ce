"""Codes of an authenticator app, as RFC 6238 has them: 6 digits, 30 seconds, SHA-1."""

import base64
import hmac
import struct

STEP_SECONDS = 30


def code_at(secret: str, moment: float) -> str:
    """The code that an app shows at a moment (seconds since 1970)."""
    counter = struct.pack(">Q", int(moment) // STEP_SECONDS)
    digest = hmac.digest(base64.b32decode(secret), counter, "sha1")
    start = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"
