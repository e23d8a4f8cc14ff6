"""A curve of low loss between two trained networks, and the plane that holds it (Garipov et al. 2018).

curve        the quadratic Bézier curve in its plane: places, length
ends         the two networks
minibatches  examples in a random order that a seed decides
bending      training the bend of the curve
connection   from two networks to a landscape with the curve and the straight line over it
"""
