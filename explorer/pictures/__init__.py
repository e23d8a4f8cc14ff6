"""The renderer, and what it draws without a window: pictures and films."""
