"""What a loss landscape is, and how it is measured.

    train → checkpoints → directions → plane → loss at (alpha, beta) → landscape folder

Read in this order:

*Vocabulary* (numpy and small file libraries; both processes):
    landscape        Domain, Trajectory, Landscape
    folder, atomic   the folder that holds one, on disk and shared
    levels           nested grids
    messages         what the two processes say to each other
    process          starting, watching and ending the worker process
    reconstruction   a smooth surface from the points measured so far
    critical_points  minima, saddles, maxima of the bilinear interpolant
    persistence      how deep each basin is
    formats, ply     landscapes from other programs
    claim            whose folder a demo's output is
    description      what a landscape is, as plain numbers (`basin info`)

*Method* (torch; the worker process only):
    datasets, models, training, checkpoints   a network, its data, the path it took
    directions, plane                         two directions through weight space
    loss                                      the loss at a point of the plane
    refinement, sampling                      which point next, and measuring it
    demo, worker                              the two planes of the demo, and the process that does all this
"""
