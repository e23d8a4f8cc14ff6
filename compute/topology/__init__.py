"""The shape of a slice: exact for the bilinear interpolant of its grid, or for the straight lines of a line.

critical_points   minima, saddles and maxima
euler             what they must add up to
extrema           those of a line
joining           which basin ends at which saddle
persistence       how deep each basin is, how high each peak
noise             those that stand out from what cannot be told from noise
merge_tree        which basin is taken in by which
lowest_path       the way between two places whose highest point is lowest
barrier           how high the straight way leads
basin, area       how large a basin is at a level
flatness          how far the loss rises within a ball
places            where a place lies on the grid
"""
