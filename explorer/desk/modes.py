"""What a person is about: with which tool, moving how, in which dialog."""

from enum import Enum


class Tool(Enum):
    """What a left drag does on the ground."""

    LOOK = "look around"
    SECTION = "cross-section"
    REFINE = "refine here"


class Navigation(Enum):
    """How the camera is moved."""

    TURNTABLE = "turntable"
    FREE = "free orbit"
    FLY = "fly"


class Dialog(Enum):
    """What is asked in a window of its own; one at a time."""

    NONE = ""
    OPEN = "open"
    SAVE_SESSION = "save session"
    SCREENSHOT = "screenshot"
    EXPORT = "export"
    RESAMPLE = "resample"
    FILM = "film"
    SAVE_FLIGHT = "save flight"
    KEYS = "keys"
    ABOUT = "about"
