"""What POPULATION.md expects of each of the thirty, beyond what they are: one file a theme.

`table` says which test shows which behaviour, and what a behaviour without one waits for.
"""
