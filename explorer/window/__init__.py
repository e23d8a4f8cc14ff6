"""The window of the system, and the hand on it: pointer, drags, keys."""
