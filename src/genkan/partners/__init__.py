"""Partners: organisations, their linked services, what was agreed and what they offer.

Words
    organisation  who stands behind a service, with its corporate number
    service       one linked service; one service has one purpose at a time
    agreement     what the organisation and we agreed: purpose, items, handling, validity
    offer         what the service asks residents for: items with reasons, purpose, how long,
                  disposal rule; versioned, and a published version never changes
    message       a signed webhook to a service, kept until it is delivered

Always true
    - An offer asks for nothing outside its agreement, and has exactly one purpose.
    - A service has at most one published offer; publishing a change makes a new version.
    - Services that belong to one sector see the same pairwise `sub`, others never do.
    - A message is written in the transaction of the fact it tells.

Others import `genkan.partners.api` only.
"""
