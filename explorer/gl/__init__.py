"""Thin wrappers of GL objects: programs, textures, render targets, letters."""
