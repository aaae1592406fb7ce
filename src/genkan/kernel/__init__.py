"""Kernel: what every app stands on, and nothing that knows a feature.

Words
    refusal   an expected "no": a code and a status; its sentence lives in a template
    registry  a named collection that higher apps fill while Django starts and a lower one reads
    sealing   encryption of small secrets at rest under the installation's keyring

Always true
    - Only `clock` reads the clock; everything below a view takes `now` as an argument.
    - A queued job stands or falls with the transaction that queued it.
    - Nothing here imports another app.
"""
