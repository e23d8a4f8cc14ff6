"""Weights on disk, wherever they come from. Nothing is unpickled that is more than tensors.

checkpoints          our own: one safetensors file per recorded step
files, torch_files   names, shapes and places of the tensors in a file of weights
names                names in a file and names in a model
pieces               pieces of tensors, so that memory does not grow with the number of checkpoints
fitting              finding checkpoints in order, and fitting them to a model
"""
