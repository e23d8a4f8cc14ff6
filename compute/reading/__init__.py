"""A landscape in plain words: each sentence follows from measured numbers by a written rule, see docs/reading.md.

    landscape → measured → told → rules → sentences

measured              every number that a rule uses; None = unknown
surface, course       the numbers of a landscape: those of its surface, those of its path,
origin, gathering     those that its description has, and all of them together
told                  those numbers as text
rule                  what a rule is
seen, noise           what is seen, what is likely noise
limits, scope         what may not be concluded: of a slice and a path, and of how it was measured
right, bowl, path     is my plot right, why is it not a bowl, why does the path not lie on the surface
reading               all sentences of a landscape
"""
