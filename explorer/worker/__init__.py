"""The compute process as window and terminal see it."""
