"""Training a network, and recording the path of its weights in a run folder.

settings, interval, run_folder, log   what was chosen, and the files; no torch
optimisation, batches, augmentation   the parts of a step
scoring                               loss and accuracy at a checkpoint
training                              init, step, done; resumes bit for bit
run, task                             a run made again from its folder; `basin train`
"""
