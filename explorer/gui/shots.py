"""Pictures of the window that were asked for, until they are taken."""

from collections.abc import Callable
from pathlib import Path

import moderngl

from compute.errors import BadInputError
from explorer.desk.desk import Desk
from explorer.desk.screenshot import Pixels, ScreenshotChoice, check_size, joined
from explorer.ground.scene import NO_PICK
from explorer.looks.theme import THEMES
from explorer.pictures.picture import picture_path, write_picture

FRAMES = 2  # until the dialog that asked is gone from the window


class Shots:
    """The pictures asked for; taken once no dialog is in the way."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._asked: list[tuple[ScreenshotChoice, Path]] = []
        self._wait = 0

    @property
    def asked(self) -> bool:
        """Whether any is still to be taken."""
        return bool(self._asked)

    def ask(self, choice: ScreenshotChoice, path: Path) -> None:
        """Take a picture into a file. Raises BadInputError for a name that cannot be one of a picture."""
        self._asked.append((choice, picture_path(path)))
        self._wait = FRAMES

    def finish(self, ratio: float, read: Callable[[], Pixels]) -> None:
        """Take them, of a window of so many pixels a point; ``read`` gives what is in it."""
        if not self._asked:
            return
        self._wait -= 1
        if self._wait > 0:
            return
        asked, self._asked = self._asked, []
        for choice, path in asked:
            try:
                write_picture(path, read() if choice.panel else self._scene(choice, ratio))
                self._desk.say(f"saved {path}")
            except BadInputError as error:
                self._desk.complain(str(error))
            except (MemoryError, moderngl.Error):
                self._desk.complain(f"{path}: there is no memory for a picture of this size; choose a smaller one")
            except OSError as error:
                self._desk.complain(f"{error.filename or path}: {error.strerror or error}")

    def _scene(self, choice: ScreenshotChoice, ratio: float) -> Pixels:
        """The panes alone, larger if wished."""
        desk = self._desk
        panes = desk.panes
        right = max(pane.rectangle[0] + pane.rectangle[2] for pane in panes)
        top = max(pane.rectangle[1] + pane.rectangle[3] for pane in panes)
        check_size((right, top), choice.scale, desk.largest_side)
        pieces = []
        for pane in panes:
            caption = pane.name if desk.side_by_side else ""
            way = desk.flying.lines() if choice.flight and pane is desk.pane else None
            picked = desk.picked() if pane is desk.pane else NO_PICK
            pixels = pane.pixels(
                choice.scale, ratio, transparent=choice.transparent, caption=caption, picked=picked, flight=way
            )
            pieces.append((pane.rectangle, pixels))
        red, green, blue = (round(255 * part) for part in THEMES[desk.view.theme].background_bottom)
        return joined(pieces, choice.scale, (red, green, blue))
