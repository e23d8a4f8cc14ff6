"""The run folder: what was trained, on what and how, as ``run.json`` beside the log and the checkpoints.

RUN/
  run.json              the options of the run, and what they led to
  training.csv          loss and accuracy at each checkpoint
  checkpoints/          step-NNNNNN.safetensors: parameters and buffers
  resume.safetensors    what training goes on from
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from importlib import metadata
from pathlib import Path
from platform import python_version
from typing import Any

from compute.atomic import write_atomically
from compute.errors import BadInputError
from compute.training.settings import Settings, make_settings, plain

FORMAT = 1
KIND = "run"
RUN_FILE = "run.json"
_OPTION = {"data_folder": "--data-dir"}  # where an option is not called as its field
_SOFTWARE = ("loss-basin", "torch", "torchvision", "numpy")


@dataclass(frozen=True)
class RunOptions:
    """What the user chose. Raises BadInputError for what cannot be; names are checked where they are looked up."""

    model: str  # one of compute.models.zoo
    data: str  # one of compute.datasets.catalogue
    settings: Settings = field(default_factory=Settings)
    pretrained: bool = False
    data_folder: str | None = None  # where the files of the data lie; None: where Basin keeps them
    image_size: int | None = None  # pixels per side; None: as the data have it
    train_limit: int | None = None  # only so many training examples; None: all
    device: str = "cpu"

    def __post_init__(self) -> None:
        for name in ("image_size", "train_limit"):
            value = getattr(self, name)
            if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 1):
                raise BadInputError(f"{_option(name)} {value}: give a whole number of at least 1")


@dataclass(frozen=True)
class RunDescription:
    """What a run folder holds: the options and what they led to."""

    options: RunOptions
    channels: int  # of the images
    classes: int
    image_size: int  # pixels per side
    data_digest: str  # of the examples: the same digest, the same data
    software: Mapping[str, str] = field(default_factory=dict)  # versions with which it was begun


def software_versions() -> dict[str, str]:
    """Versions of what a result depends on."""
    return {name: metadata.version(name) for name in _SOFTWARE} | {"python": python_version()}


def as_plain(options: RunOptions) -> dict[str, Any]:
    """Options as a mapping that JSON knows."""
    return asdict(options) | {"settings": plain(options.settings)}


def from_plain(content: Mapping[str, Any]) -> RunOptions:
    """Options from what ``as_plain`` gave. Raises TypeError for other mappings, BadInputError for impossible values."""
    return RunOptions(**{**content, "settings": make_settings(content["settings"])})


def make_options(given: Mapping[str, Any]) -> RunOptions:
    """Options from those of `basin train` that were given by name, a run's own and those of its settings together.

    Paths become absolute, so that the data are found from everywhere. Raises BadInputError for what is missing, unknown
    or cannot be, as ``make_settings`` does.
    """
    for name in ("model", "data"):
        if not given.get(name):
            raise BadInputError(f"--{name}: is missing; name one, as in --model resnet20 --data digits")
    names = {each.name for each in fields(RunOptions)}
    own = {name: value for name, value in given.items() if name in names}
    kind, colon, path = own["data"].partition(":")
    if kind == "imagefolder" and path:
        own["data"] = f"{kind}{colon}{_absolute(path)}"
    if own.get("data_folder"):
        own["data_folder"] = _absolute(own["data_folder"])
    settings = make_settings({name: value for name, value in given.items() if name not in names})
    return RunOptions(**{**own, "settings": settings})


def _absolute(path: str) -> str:
    return str(Path(path).expanduser().absolute())


def is_run(folder: Path) -> bool:
    """Whether the folder holds a run, finished or not."""
    return (folder / RUN_FILE).is_file()


def open_run(folder: Path) -> RunDescription:
    """What a run is. Raises BadInputError when the folder is no run, damaged, or written by a newer version."""
    path = folder / RUN_FILE
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        raise BadInputError(f"{folder}: no {RUN_FILE} in it, so it is not a run; make one with basin train") from None
    except (ValueError, RecursionError) as error:
        raise BadInputError(f"{path}: not valid JSON ({error}); train again in another folder") from None
    version = content.pop("format", None) if isinstance(content, dict) else None
    if not isinstance(version, int) or content.pop("kind", None) != KIND:
        raise BadInputError(f"{path}: has no format number and kind, so it is not a Basin run")
    if version > FORMAT:
        raise BadInputError(f"{path}: format {version} is newer than this Basin reads ({FORMAT}); upgrade loss-basin")
    try:
        description = RunDescription(**{**content, "options": from_plain(content["options"])})
        _check_types(description)
    except (AttributeError, KeyError, TypeError, BadInputError) as error:
        raise BadInputError(f"{path}: damaged ({error}); train again in another folder") from None
    return description


def create_run(folder: Path, description: RunDescription) -> None:
    """Make a run folder, or find that it is one of the same run already: then training goes on.

    Raises BadInputError when it holds a run with other options, a run on other data, or something else.
    """
    check_options(folder, description.options)
    if is_run(folder):
        known = open_run(folder)
        if known.data_digest != description.data_digest:
            data = description.options.data
            raise BadInputError(f"{folder}: its data, {data}, were other ones; put those back, or choose another --out")
        if known.options == description.options:
            return
        description = replace(known, options=description.options)  # the data lie elsewhere now
    folder.mkdir(parents=True, exist_ok=True)
    content = {"format": FORMAT, "kind": KIND, **asdict(description), "options": as_plain(description.options)}
    text = json.dumps(content, indent=2).encode() + b"\n"
    write_atomically(folder / RUN_FILE, lambda file: file.write(text))


def check_options(folder: Path, options: RunOptions) -> None:
    """Whether a run with these options may begin or go on in the folder; before any data are read.

    Where the data lie does not count: their digest does. Raises BadInputError, as ``create_run`` does.
    """
    if is_run(folder):
        known, wanted = (_flat(replace(run, data_folder=None)) for run in (open_run(folder).options, options))
        differing = [name for name in wanted if known[name] != wanted[name]]
        if differing:
            what = "; ".join(f"{_shown(name, known[name])}, not {_shown(name, wanted[name])}" for name in differing)
            raise BadInputError(f"{folder}: holds a run with {what}; choose another --out, or remove it")
    elif folder.is_dir():
        foreign = sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))
        if foreign:
            raise BadInputError(f"{folder}: holds {foreign[0]} and is no run; choose another --out")
    elif folder.exists():
        raise BadInputError(f"{folder}: is a file; choose another --out")


def _flat(options: RunOptions) -> dict[str, Any]:
    content = as_plain(options)
    settings = content.pop("settings")
    return {**content, **settings}


def _check_types(description: RunDescription) -> None:
    options, software = description.options, description.software
    texts = (options.model, options.data, options.device, description.data_digest, *software, *software.values())
    counts = (description.channels, description.classes, description.image_size)
    optional = isinstance(options.data_folder, str | None) and isinstance(options.pretrained, bool)
    if not (
        optional and all(isinstance(text, str) for text in texts) and all(type(n) is int and n > 0 for n in counts)
    ):
        raise TypeError("a value is of another type than it should be")


def _shown(name: str, value: object) -> str:
    if value is None or value is False or value == []:
        return f"no {_option(name)}"
    if value is True:
        return _option(name)
    return f"{_option(name)} {','.join(map(str, value)) if isinstance(value, list) else value}"


def _option(name: str) -> str:
    return _OPTION.get(name) or "--" + name.replace("_", "-")
