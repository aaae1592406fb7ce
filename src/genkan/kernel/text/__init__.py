"""Japanese text as values: names, kana, dates and addresses, without a framework.

Words
    raw          what a person typed; it is stored and shown unchanged, whatever is derived from it
    search form  a folded copy for comparison; never shown, never sent
    proposal     a correction offered to the person, which waits for a yes
    finding      a typed problem with a position; its sentence lives in a template

Always true
    - Nothing here normalises a raw value in place. Functions return new, derived values.
    - Length is counted in grapheme clusters, what a reader calls characters.
    - A date may lack its day or its month and is never padded; comparisons answer yes, no, unknown.

Source: JAPAN.md sections 1 to 4.
"""
