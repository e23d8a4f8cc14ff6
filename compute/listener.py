"""What the explorer asked of a worker so far."""

from typing import Protocol

from compute.messages import Focus, Inspect, Look, Message, Pause, Refit, Resume, Steer, Stop

PAUSED_SECONDS = 0.2  # how long to wait for a message while paused


class StopRequested(Exception):  # noqa: N818  no error: the explorer asked for it
    """The explorer wants the worker to end."""


class Wishes(Protocol):
    """Where wishes come from: a channel."""

    def receive(self, seconds: float = 0.0) -> list[Message]:
        """All that arrived, waiting at most so long for the first."""


class Listener:
    """Takes wishes in; whoever does one takes it out again."""

    def __init__(self, channel: Wishes) -> None:
        self._channel = channel
        self.paused = False
        self.plane = ""
        self.focus: list[Focus] = []
        self.inspect: list[Inspect] = []
        self.refit = False
        self.steer: Steer | None = None

    def look(self, seconds: float = 0.0) -> None:
        """Take in all wishes, waiting at most so long for the first. Raises StopRequested."""
        self._obey(self._channel.receive(seconds))

    def listen(self) -> None:
        """Take in all wishes, and wait here while paused. Raises StopRequested."""
        self.look()
        while self.paused:
            self.look(PAUSED_SECONDS)

    def _obey(self, messages: list[Message]) -> None:
        for message in messages:
            match message:
                case Stop():
                    raise StopRequested
                case Pause() | Resume():
                    self.paused = isinstance(message, Pause)
                case Look():
                    self.plane = message.plane
                case Focus():
                    self.focus.append(message)
                case Inspect():
                    self.inspect.append(message)
                case Refit():
                    self.refit = True
                case Steer():
                    self.steer = message
