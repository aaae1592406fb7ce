"""Lifecycle: personal data is followed until the partner has disposed of it (M35-M38).

Words
    provision    one release: what went to whom, why, when; open until it is disposed of
    disposal     our request to a partner to dispose of provisions, with the day it is due
    certificate  the partner's signed statement that it has disposed of them
    overdue      past its due moment without a certificate: the service receives nothing more

Always true
    - A provision is opened in the transaction of its release, and closed only by a certificate.
    - A certificate covers every provision of its request, and comes from the service it went to.
    - A disposal is overdue from its due moment on, whether or not a job has marked it.

Others import `genkan.lifecycle.api` only. Services, residents and consents stand above: they are
identifiers here.
"""
