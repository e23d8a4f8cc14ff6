"""What the user can set: frozen values, how they are changed, and their plain form for files and the clipboard."""
