"""Starting, watching and ending the worker process.

The explorer holds a ``Worker``; the other end holds a ``Channel``. No locks are shared, so either side may be killed at
any moment: the explorer sees the sentinel, the worker sees that its parent is gone.
"""

import contextlib
import importlib
import multiprocessing
import os
import signal
import threading
import traceback
from multiprocessing.connection import Connection

from compute.errors import BadInputError, location
from compute.messages import Failed, Finished, Message, Stop, decode, encode


class Worker:
    """A worker process with one task. ``failure`` says why it ended, if it ended badly."""

    def __init__(self, task: Message) -> None:
        self.task = task
        self.failure: Failed | None = None
        self._finished = False
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=_run, args=(theirs, encode(task)), name="basin-worker", daemon=True)
        self._process.start()
        theirs.close()

    @property
    def pid(self) -> int:
        """Process id, for logs and tests."""
        return self._process.pid or 0

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.is_alive()

    def send(self, message: Message) -> None:
        """Tell the worker something; a worker that has just died is noticed by ``poll``, not here."""
        self._finished |= isinstance(message, Stop)  # one that was asked to stop may end without a word
        with contextlib.suppress(OSError):
            self._connection.send_bytes(encode(message))

    def poll(self) -> list[Message]:
        """All messages that arrived. A worker that ended without a word leaves a ``Failed`` as its last one."""
        was_alive = self.alive
        messages = _drain(self._connection)  # after the look at the process: what a dead one said is all here
        for message in messages:
            self._finished |= isinstance(message, Finished)
            self.failure = message if isinstance(message, Failed) else self.failure
        if not was_alive and not self._finished and self.failure is None:
            self.failure = self._silent_death()
            messages.append(self.failure)
        return messages

    def stop(self, seconds: float = 2.0) -> None:
        """End the worker: by asking, then by force. Nothing that it finished is lost either way."""
        self.send(Stop())
        self._process.join(seconds)
        if self.alive:
            self._process.kill()
            self._process.join()
        self._connection.close()

    def _silent_death(self) -> Failed:
        code = self._process.exitcode or 0
        reason = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
        return Failed(f"the compute process {reason}", "It left no message.", expected=False)


class Channel:
    """The worker's end: send progress, receive wishes."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def send(self, message: Message) -> None:
        """Tell the explorer something; one that has gone is noticed by the watchdog."""
        with contextlib.suppress(OSError):
            self._connection.send_bytes(encode(message))

    def receive(self, seconds: float = 0.0) -> list[Message]:
        """All wishes that arrived, waiting at most so long for the first."""
        with contextlib.suppress(OSError):
            self._connection.poll(seconds)
        return _drain(self._connection)


def _drain(connection: Connection) -> list[Message]:
    messages = []
    with contextlib.suppress(EOFError, OSError):
        while connection.poll():
            messages.append(decode(connection.recv_bytes()))
    return messages


def _run(connection: Connection, task: bytes) -> None:
    """Body of the worker process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C belongs to the explorer, which then asks us to stop
    threading.Thread(target=_watch_parent, daemon=True).start()
    channel = Channel(connection)
    try:
        importlib.import_module("compute.worker").run(decode(task), channel)
    except Exception as error:  # the boundary of the process: reported to the explorer, then the process ends
        channel.send(Failed(_line(error), traceback.format_exc(), isinstance(error, BadInputError)))
        raise SystemExit(1) from None


def _line(error: Exception) -> str:
    """One line for the user: bad input speaks for itself, any other error says of which kind it is, and where."""
    text = str(error).strip().partition("\n")[0]
    if isinstance(error, BadInputError):
        return text
    place = location(error)
    return ": ".join(filter(None, (type(error).__name__, text))) + (f" ({place})" if place else "")


def _watch_parent() -> None:
    """A daemon child outlives a killed parent; this one does not."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
