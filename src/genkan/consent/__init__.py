"""Consent: what residents agreed to share, with whom, for what, until when.

Words
    consent   one resident's agreement that one service may receive items of one offer version
    standing  how things are between a resident and a service: none, active, withdrawn, …
    decision  what may leave at this moment, and why the rest may not
    release   items that leave: decision, provision record and ledger entry in one transaction
    preview   who, why, what with real values, how long: what the resident reads before the yes

Always true
    - A release is the intersection of consent, offer, purpose, agreement, service state and
      resident state at that moment (M27); one function decides, and every door calls it.
    - Withdrawal and release lock the same row: after a withdrawal has committed nothing leaves,
      and what is handed over later is checked again.
    - A consent never widens: more items, another purpose or a new version ask again.
    - Withdrawal and expiry ask the partner to dispose of all it holds of the resident. A consent
      that takes another's place asks for it where it drops an item.

Others import `genkan.consent.api` only.
"""
