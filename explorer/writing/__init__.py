"""Axes, numbers, names and legend, as pure geometry."""
