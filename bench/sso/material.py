"""What all providers share: the same client, the same PKCE, the same cores."""

import base64
from hashlib import sha256

REDIRECT_URI = "https://client.example/callback"
VERIFIER = "bench-verifier-of-forty-three-letters-or-more"
CHALLENGE = base64.urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()

SERVER_CORE, LOAD_CORE = 0, 1
THREADS = 8
"""Requests that a worker has in hand at a time, and connections to the database it may have."""
