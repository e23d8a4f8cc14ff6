"""Whether a file can be written where it is wanted."""

from pathlib import Path

from compute.errors import BadInputError


def check_place(path: Path) -> None:
    """Raises BadInputError where there is no folder to write into."""
    folder = path.absolute().parent
    file = next((above for above in (folder, *folder.parents) if above.is_file()), None)
    if file is not None:
        raise BadInputError(f"{path}: {file.name} is a file, and nothing can be written into it; give another folder")
    if not folder.is_dir():
        raise BadInputError(f"{path}: the folder {path.parent} does not exist; create it first")
