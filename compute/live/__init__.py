"""Following trainings that go on: a plane is fitted to their paths, measured, and fitted anew when a path leaves it.

OUT/
  live.json         which runs are followed, and for what problem
  fit-0001/, …      a landscape folder for each plane that was fitted; only the newest grows
  earlier-1/, …     fits to a past of the runs that is gone, for they were trained anew
  pca.safetensors   the streaming PCA of all checkpoints, so that a new life reads new checkpoints only

log        what the log of a run says that still counts
runs       the checkpoints of one run, as they come, go, and are written anew
cloud      all checkpoints of all runs, and the plane that fits them
intake     from the runs into the cloud
paths      where each lies over the plane in work, and how high
fits       the folder OUT
making     the folder of one plane
fit        one plane in work
refitting  when it no longer fits
live       what to do next, and what to say
task       the whole, from its start
"""
