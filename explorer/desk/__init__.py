"""What a window shows, and everything that can be done with it. Knows no window system."""
