"""Two directions through weight space, or one for a line.

axes        what every kind gives: the directions, and what is known of them
gaussian    random ones
pca         the principal components of the path of a training
streaming   the same of a path that goes on
hessian     the directions of greatest curvature
gradient    the way straight down
between     from one network to another, or two others
stored      read from a file
choose      the kinds by name
"""
