"""The synthetic population: invented residents for tests, the demo and benchmarks.

Words
    hostile residents  H01-H30, fixed and hand-written, each breaking something on purpose
    crowd              any number of generated residents; same parameters, same people
    anchor             the day on which ages hold and moves happen (T0); dates marked † follow it

Always true
    - Nobody here is a real person. Mail goes to reserved domains, telephones begin with 000, and
      addresses have block numbers that do not exist (99 and up) in towns that do.
    - An unknown town stops the load.
    - The generator keeps a bounded number of people in memory, whatever the size.

Source: POPULATION.md.
"""
