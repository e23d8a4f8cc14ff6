"""What a loss landscape is, and how it is measured.

    train → checkpoints → directions → plane → loss at (alpha, beta) → landscape folder

Read in this order:

*Vocabulary* (numpy and small file libraries; both processes):
    landscape, metric_names         Domain, Trajectory, Landscape; which metrics are accuracies
    folder, trajectory_file, atomic the folder that holds one, on disk and shared
    messages, process               what the two processes say to each other; the worker's life
    problem, problems               what is measured: the user's own network
    recipes                         published settings
    levels, cells, interpolation    nested grids, and smooth surfaces through their nodes
    scale, refinement, level_record what is worth measuring
    reconstruction                  the surface from the points measured so far, and its error bars
    topology/                       minima, saddles, maxima, how deep each basin is, and the ways between them
    maps, verification              what was measured after the surface: curvature, and which critical points are real
    formats/                        landscapes from and for other programs
    recording/                      a training recorded from somebody's own script, read while it goes on
    reading/                        what a landscape shows, in plain words and by written rules
    description, claim, errors      a landscape in plain numbers; whose folder a demo's is; what a user may see

*Method* (torch; the worker process only):
    datasets/, models/              networks and data
    training/                       a run: checkpoints of a network on its way
    weights/                        checkpoints from anywhere
    plane, directions/              two directions through weight space
    keeping                         what is borrowed of a network, given back
    curvature/                      gradient and Hessian over all weights
    measuring/                      the loss at points of the plane
    surveying/                      from a run to its landscape
    inspecting/                     a closer look at it: what is true of the network itself
    live/                           following trainings while they go on
    demo, listener, worker          the demo's tasks, what the explorer asks, and the process that does all this
"""
