"""Text that can be taken elsewhere."""


class Clipboard:
    """A clipboard of our own; a window puts the one of its system in place of this."""

    def __init__(self) -> None:
        self._text = ""

    def read(self) -> str:
        """The text in it."""
        return self._text

    def write(self, text: str) -> None:
        """Put a text into it."""
        self._text = text
