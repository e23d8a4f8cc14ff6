"""Recent files, as the window keeps them."""

from pathlib import Path

from explorer.desk.desk import Desk
from explorer.desk.recent import read_recent, write_recent


class RecentFiles:
    """The list, brought up to date with what is open. What is wrong with it is said once."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._known: frozenset[Path] = frozenset()
        self._told = False
        self.list = read_recent()
        self._tell(self.list.notice)

    def follow(self) -> None:
        """Take in what has been opened since the last call."""
        opened = frozenset(file.file for file in self._desk.files.values())
        new = [file.file for file in self._desk.files.values() if file.file not in self._known]
        self._known = opened
        for path in new:
            self.add(path)

    def add(self, path: Path) -> None:
        """One more file, the newest."""
        changed = self.list.with_opened(path)
        if changed.paths != self.list.paths:
            self.list = changed
            self._tell(write_recent(changed))

    def _tell(self, notice: str) -> None:
        if notice and not self._told:
            self._told = True
            self._desk.say(notice)
