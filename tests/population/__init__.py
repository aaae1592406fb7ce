"""What POPULATION.md expects of each of the thirty, beyond what they are: one file a theme.

`table` says which test shows which behaviour, and which behaviour belongs to a later issue.
"""
