"""What makes a folder a recording: ``recording.json``, written before anything else."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from compute.atomic import write_atomically
from compute.errors import BadInputError

FORMAT = 1
KIND = "recording"
DESCRIPTION_FILE = "recording.json"
CURVE_FILE = "recording.csv"
CHECKPOINTS = "checkpoints"


@dataclass(frozen=True)
class RecordingDescription:
    """What ``recording.json`` says."""

    parameters: int  # number of trained values of the network
    software: Mapping[str, str] = field(default_factory=dict)  # versions with which it was begun
    stride: int = 1  # of the checkpoints that are due each so many-th is taken, after thinning


def is_recording(folder: Path) -> bool:
    """Whether the folder holds a recording, going on or ended."""
    return (folder / DESCRIPTION_FILE).is_file()


def open_recording(folder: Path) -> RecordingDescription:
    """What a recording is. Raises BadInputError when it is none, damaged, or written by a newer version."""
    path = folder / DESCRIPTION_FILE
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        raise BadInputError(
            f"{folder}: no {DESCRIPTION_FILE} in it, so it is no recording; make one with basin.Recorder"
        ) from None
    except (OSError, ValueError, RecursionError) as error:
        raise BadInputError(f"{path}: cannot be read ({error}); record in another folder") from None
    version = content.get("format") if isinstance(content, dict) else None
    if not isinstance(version, int) or content.get("kind") != KIND:
        raise BadInputError(f"{path}: has no format number and kind, so it is not a recording of Basin")
    if version > FORMAT:
        raise BadInputError(f"{path}: format {version} is newer than this Basin reads ({FORMAT}); upgrade loss-basin")
    found = RecordingDescription(content.get("parameters", 0), content.get("software", {}), content.get("stride", 1))
    if not _is_sound(found):
        raise BadInputError(f"{path}: damaged (a value is of another type than it should be); record in another folder")
    return found


def write_description(folder: Path, description: RecordingDescription) -> None:
    """Make the folder a recording, or say anew what it is. Raises OSError when it cannot be written."""
    content = {"format": FORMAT, "kind": KIND, **asdict(description)}
    text = json.dumps(content, indent=2).encode() + b"\n"
    write_atomically(folder / DESCRIPTION_FILE, lambda file: file.write(text))


def check_folder(folder: Path, *, resume: bool) -> None:
    """Whether a recording may begin, or with ``resume`` go on, in the folder; nothing is changed.

    Raises BadInputError when it is a file, holds something else, or holds a recording that is not to go on.
    """
    if is_recording(folder):
        open_recording(folder)
        if not resume:
            raise BadInputError(
                f"{folder}: holds a recording already; choose another folder, remove it, or go on with resume=True"
            )
    elif folder.is_dir():
        foreign = sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))
        if foreign:
            raise BadInputError(f"{folder}: holds {foreign[0]} and is no recording; choose another folder")
    elif folder.exists():
        raise BadInputError(f"{folder}: is a file; choose another folder")


def _is_sound(found: RecordingDescription) -> bool:
    counts = type(found.parameters) is int and type(found.stride) is int and found.stride >= 1
    software = found.software
    return counts and isinstance(software, dict) and all(isinstance(version, str) for version in software.values())
