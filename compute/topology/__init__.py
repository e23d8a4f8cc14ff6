"""The shape of a slice: exact for the bilinear interpolant of its grid, or for the straight lines of a line.

critical_points   minima, saddles and maxima, with Euler's check
extrema           those of a line
persistence       how deep each basin is, how high each peak
"""
