"""The commands, and their progress on a terminal."""
