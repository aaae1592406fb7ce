"""Terms: versions of the terms of use and the privacy policy, and who accepted which.

Words
    version     one wording of a document, from the moment it takes effect
    in force    the version that took effect last
    text        a version in one language; one language is authoritative
    acceptance  a person's act: this version, this text, shown then, accepted then

Always true
    - A published version and its texts never change: another wording is another version.
    - Only the version in force can be accepted.
    - Acceptance of terms is neither a link to a service nor a consent to any flow of data.

Others import `genkan.terms.api` only.
"""
