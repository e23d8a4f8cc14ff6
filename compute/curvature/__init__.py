"""How the loss is curved in all directions of weight space, at one point of it.

derivatives        the gradient, and products with the Hessian
batches, lending   the examples and the model that they are taken of, placed and given back
lanczos            extreme eigenvalues of both ends, from products alone
hutchinson         the trace, with its standard error
"""
