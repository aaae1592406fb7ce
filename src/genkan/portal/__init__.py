"""Portal: the resident's pages that combine features.

Words
    home      what fits the person, the linked services, and a stop within two clicks
    holding   what one service received of the resident and how far its disposal is
    history   who received my data, and everything else that was done, in plain words

Always true
    - Pages here read; what changes something is done by the feature it belongs to.
    - Every event of the ledger has its sentence in three languages.
"""
