"""Messages in the window: what was done, and what went wrong."""

from dataclasses import dataclass

SECONDS = 6.0  # that something good to know stays; an error stays until it is clicked away
MOST = 5  # at a time; the oldest makes room


@dataclass(frozen=True)
class Notice:
    """One message, for so many seconds."""

    text: str
    error: bool = False
    seconds: float = SECONDS


class Notices:
    """The messages in view, oldest first. Time is what ``advance`` is told."""

    def __init__(self) -> None:
        self._left: dict[Notice, float] = {}

    @property
    def shown(self) -> tuple[Notice, ...]:
        """The messages in view."""
        return tuple(self._left)

    @property
    def fading(self) -> bool:
        """Whether a message is going to leave by itself."""
        return any(not notice.error for notice in self._left)

    def add(self, notice: Notice) -> None:
        """Show a message; said again, it stays that much longer."""
        self._left = {other: left for other, left in self._left.items() if other.text != notice.text}
        self._left[notice] = float("inf") if notice.error else notice.seconds
        for oldest in list(self._left)[:-MOST]:
            del self._left[oldest]

    def advance(self, seconds: float) -> bool:
        """Let time pass; True when a message went."""
        before = len(self._left)
        self._left = {notice: left - seconds for notice, left in self._left.items() if left > seconds}
        return len(self._left) < before

    def dismiss(self, notice: Notice) -> None:
        """Take a message away."""
        self._left.pop(notice, None)
