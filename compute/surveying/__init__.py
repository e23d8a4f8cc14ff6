"""From a run to a landscape: which plane, where on it, and measuring it coarse to fine.

source       the problem and its checkpoints
ranges       ranges around a path, given, or as wide as the loss asks for
domain       which of them a task gets
trajectory   the path over the plane, with its losses
survey       a landscape folder, made once and always read back
sampling     measuring point by point
sweep        a survey on its way, and word of it
"""
