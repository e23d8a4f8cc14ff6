"""The data that networks are trained on: ``catalogue`` opens them by name, the other modules are what it opens."""
