"""How the loss is curved in all directions of weight space, at one point of it.

derivatives   the gradient, and products with the Hessian
"""
