"""Ledger: the append-only record of who did what with a resident's data.

Words
    entry       one act: an event, whose data, who acted, which service, what facts; never a value
    pending     written in the act's own transaction, not yet in the tree
    leaf        a constant-size commitment to an entry: it reveals nothing
    checkpoint  the signed size and root of the tree (C2SP tlog-checkpoint)

Always true
    - An entry is written in the transaction of the act, so neither exists without the other.
    - One sequencer at a time gives pending entries their places; places never change.
    - An entry that is edited, deleted or moved no longer matches a signed checkpoint.
    - A resident's entries carry a counter and the place of the one before, so a gap shows.

Others import `genkan.ledger.api` only. Hashes are those of RFC 6962 section 2.1.
"""
