"""Once-only: what the region already knows is not typed again.

Words
    person data   the items a resident allowed, as a signed JWT with origin and as_of per item
    certificate   a partner's signed statement that it has disposed of what it received

Always true
    - What leaves is what `consent.api.release` returned, recorded in the same transaction.
    - Between the record and the network the consent is checked again and held: a withdrawal that
      was answered is never overtaken by a release that was still on its way.
    - A refusal tells the partner a coarse reason; the exact one is in the resident's ledger.

Others import `genkan.onceonly.api` only, once there is anything to import.
"""
