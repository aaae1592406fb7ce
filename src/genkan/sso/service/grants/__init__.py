"""What a client may bring to the token endpoint: one file a grant type.

Each has a function `answer(proven, form, *, now)` that returns `Issued` or an `OAuthError`, and a
line in the table of `service/token.py`. What it decides by stands in `domain/`, as steps.
"""
