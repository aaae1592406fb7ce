"""Console: the screens of operators, at /console/. The only place that knows Wagtail's viewsets.

Words
    article   written, scheduled, published and taken down here, with drafts and history
    register  a list that is shown and never changed here: partners, services, agreements, offers,
              messages, disposals, terms; what changes them is the command line or another party
    desk      the counter: residents, one at a time, masked, with a reason

Always true
    - Only staff accounts come in. A resident who is signed in is told so, with status 403.
    - Residents are reached by the counter's search alone (`desk`), by staff with a role and a
      reason; whoever opens a record leaves a trace in the ledger. No register lists residents or
      accounts, and Wagtail's own screens of users are closed.
    - Secrets (webhook keys, sealed values) are in no list: each register names what it shows.
"""
