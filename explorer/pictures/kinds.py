"""Which files a film can be written to, and by what."""

import importlib.util
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from compute.errors import BadInputError
from explorer.pictures.animation import FORMATS, write_animation
from explorer.pictures.instants import Take
from explorer.pictures.output import check_place
from explorer.pictures.reel import Pixels
from explorer.pictures.sequence import write_sequence
from explorer.pictures.video import CODECS, CONTAINERS, write_video

CODEC_ADVICE = "pip install 'loss-basin[video]'"
FPS, ANIMATION_FPS = 30, 25  # a GIF counts hundredths of a second
MOST_GIF_FPS = 50  # browsers show what is shorter than two of them for ten
FOLDER = ""  # the ending of a folder of pictures

Writer = Callable[[Path, Iterable[Pixels], Take, str], None]


@dataclass(frozen=True)
class Kind:
    """How a film of one ending is written: by what, with which codecs (the usual one first), whether its sides have to
    be even, whether the codec library has to be there, and how many pictures a second are usual and possible."""

    write: Writer
    codecs: tuple[str, ...] = ()
    even: bool = False
    library: bool = True
    fps: int = FPS
    most_fps: float = math.inf


KINDS = {
    **{ending: Kind(write_video, codecs, even=True) for ending, (_, codecs) in CONTAINERS.items()},
    **{ending: Kind(write_animation, fps=ANIMATION_FPS) for ending in FORMATS},
    ".gif": Kind(write_animation, fps=ANIMATION_FPS, most_fps=MOST_GIF_FPS),
    FOLDER: Kind(write_sequence, library=False),
}


def kind_of(path: Path) -> Kind:
    """By its ending. Raises BadInputError where that is none of a film."""
    is_ending = bool(path.name) and path.name.lower() in KINDS  # ".mp4" is a name, and has no ending
    kind = None if is_ending else KINDS.get(path.suffix.lower())
    if kind is None:
        endings = ", ".join(ending for ending in KINDS if ending)
        raise BadInputError(f"{path}: films are written as {endings}, or as pictures into a folder (no ending)")
    return kind


def check_film(path: Path, size: tuple[int, int] = (2, 2), codec: str = "", fps: int | None = None) -> str:
    """The codec by which a film can be written there ("" where its kind has none).

    Raises BadInputError, before any work, where it cannot: an unknown ending or codec, odd sides, more pictures a
    second than players show, no folder to write into, one that has files already, or no codec library.
    """
    kind = kind_of(path)
    if codec and codec not in kind.codecs:
        usable = f"choose {' or '.join(kind.codecs)}" if kind.codecs else "leave --codec out"
        raise BadInputError(f"--codec {codec}: {path.name} cannot be written with it; {usable}")
    if kind.even and any(side % 2 for side in size):
        evened = "x".join(str(side - side % 2) for side in size)
        raise BadInputError(
            f"--size {size[0]}x{size[1]}: the sides of {path.suffix} films have to be even; give {evened}"
        )
    if fps is not None and fps > kind.most_fps:
        raise BadInputError(f"--fps {fps}: players slow a {path.suffix} down beyond {kind.most_fps:g}; give less")
    check_place(path)
    if path.is_dir() and kind.library:
        raise BadInputError(f"{path}: is a folder, and a {path.suffix} is one file; give another name")
    if path.is_dir() and any(path.iterdir()):
        raise BadInputError(f"{path}: is a folder that has files already; give another name")
    if not path.suffix and path.is_file():
        raise BadInputError(f"{path}: is a file, and pictures are written into a folder; give another name")
    if kind.library and importlib.util.find_spec("av") is None:
        raise BadInputError(f"{path}: films need PyAV, which is not installed; {CODEC_ADVICE}")
    chosen = codec or (kind.codecs[0] if kind.codecs else "")
    _check_encoder(chosen)
    return chosen


def _check_encoder(codec: str) -> None:
    if not codec:
        return
    import av  # noqa: PLC0415  optional: only films need it

    try:
        av.codec.Codec(CODECS[codec].encoder, "w")
    except ValueError:
        raise BadInputError(f"--codec {codec}: the codec library here has no such encoder; {CODEC_ADVICE}") from None
