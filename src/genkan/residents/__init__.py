"""Residents: from a verified address to an ID, and what people say about themselves.

Words
    account       the means of signing in: an address, a password; of a resident or of staff
    registration  the way from a verified address to an ID; its identifier becomes the ID
    resident      a person with an ID
    value         one item of a resident's data, with origin, from when, until when

Always true
    - No ID without an acceptance of the terms version in force at the moment of issue.
    - A registration issues at most one ID, however often and from however many tabs it is sent.
    - Names are stored as typed; nothing is split, reordered or normalised on the way.
    - A value is never overwritten: a new one opens where the old one closes.
    - A staff account is never a resident's account.

Others import `genkan.residents.api` only.
"""
