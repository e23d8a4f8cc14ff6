"""Landscapes in NPZ files: everything there is to know, for ``np.load``.

    alpha, beta           (n_alpha,), (n_beta,) coordinates of columns and rows; one beta makes it a line
    NAME                  (n_beta, n_alpha) each metric, under its own name: NaN = not measured, inf = diverged
    examples              (n_beta, n_alpha) uint32, data examples behind each value, 0 = not measured; may be absent
    trajectory.COLUMN     (points,) step, epoch, alpha, beta, residual, loss, plane_loss; may be absent
    description           () text: the provenance as JSON; may be absent

Nothing is unpickled, and nothing is believed: a file that announces more than it can mean is refused before memory is
asked for.
"""

import io
import zipfile
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from compute.errors import BadInputError
from compute.formats.exchange import (
    COLUMNS,
    as_counts,
    as_floats,
    columns_of,
    from_file,
    provenance_from,
    provenance_text,
    shown,
    trajectory_from,
)
from compute.formats.grid import MAX_NUMBERS, MAX_POINTS, check_size, domain_of_axes
from compute.landscape import Landscape

KIND = "npz"
PREFIX = "trajectory."
TAKEN = ("alpha", "beta", "examples", "description", *(PREFIX + name for name in COLUMNS))
MAX_ARRAYS = 1000
MAX_BYTES = 16 * MAX_POINTS  # of one array
HEADER_BYTES = 10_000
YEAR = (1980, 1, 1, 0, 0, 0)  # of every entry: the same landscape gives the same file


def npz_bytes(landscape: Landscape) -> bytes:
    """The landscape as an NPZ file, compressed."""
    arrays: dict[str, NDArray[Any]] = {
        "alpha": landscape.domain.alphas,
        "beta": landscape.domain.betas,
        **landscape.metrics,
        "examples": landscape.examples,
        "description": np.array(provenance_text(landscape)),
    }
    if landscape.trajectory is not None:
        arrays |= {PREFIX + name: values for name, values in columns_of(landscape.trajectory).items()}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, array in arrays.items():
            content = io.BytesIO()
            np.lib.format.write_array(content, np.asarray(array), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy", YEAR), content.getbuffer(), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def read_npz(path: Path) -> Landscape:
    """The landscape in an NPZ file. Raises BadInputError when it holds none; OSError when it cannot be read."""
    arrays = _arrays(path)
    if "alpha" not in arrays or "beta" not in arrays:
        held = shown(", ".join(sorted(arrays))) or "nothing"
        raise BadInputError(f"{path}: holds {held}; a landscape needs alpha, beta and an array for each metric")
    alphas, betas = (as_floats(path, name, arrays[name]) for name in ("alpha", "beta"))
    domain = domain_of_axes(path, ("alpha", "beta"), alphas, betas)
    check_size(path, domain.n_alpha * domain.n_beta)
    metrics = {name: as_floats(path, name, array) for name, array in arrays.items() if name not in TAKEN}
    grids: dict[str, NDArray[Any]] = {**metrics, **{n: arrays[n] for n in ("examples",) if n in arrays}}
    for name, array in grids.items():
        if array.shape != domain.shape:
            raise BadInputError(f"{path}: {shown(name)} has shape {array.shape}; alpha and beta make {domain.shape}")
    if not metrics:
        raise BadInputError(f"{path}: holds no metric; a landscape needs one, such as train_loss")
    columns = {
        name: as_floats(path, PREFIX + name, arrays[PREFIX + name]) for name in COLUMNS if PREFIX + name in arrays
    }
    return from_file(
        path,
        KIND,
        domain,
        metrics,
        examples=as_counts(path, "examples", arrays["examples"]) if "examples" in arrays else None,
        trajectory=trajectory_from(path, columns),
        provenance=_provenance(path, arrays.get("description")),
    )


def _provenance(path: Path, text: NDArray[Any] | None) -> dict[str, Any]:
    if text is None:
        return {}
    if text.dtype.kind != "U" or text.ndim:
        raise BadInputError(f"{path}: description must be one text; export it again")
    return provenance_from(path, str(text))


def _arrays(path: Path) -> dict[str, NDArray[Any]]:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if len(entries) > MAX_ARRAYS or sum(entry.file_size for entry in entries) > 8 * MAX_NUMBERS:
                raise BadInputError(
                    f"{path}: announces {len(entries)} arrays, more than a landscape has, or larger ones"
                )
            return {entry.filename.removesuffix(".npy"): _array(path, archive, entry) for entry in entries}
    except (BadInputError, OSError):
        raise
    except Exception as error:  # zipfile, zlib and numpy, which reads headers as Python, know a dozen kinds of damage
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise BadInputError(f"{path}: the NPZ is damaged or cut short ({reason}); export it again") from None


def _array(path: Path, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> NDArray[Any]:
    """One array, its header believed only when the bytes behind it are as many, and not too many."""
    name = entry.filename
    if not name.endswith(".npy"):
        raise BadInputError(f"{path}: holds {shown(name)!r}, which is no array; is it an NPZ file?")
    if entry.file_size > MAX_BYTES + HEADER_BYTES:
        raise BadInputError(f"{path}: {shown(name)} announces {entry.file_size:,} bytes, more than {MAX_BYTES:,}")
    with archive.open(entry) as file:
        shape, dtype = _header(file)
        if dtype.hasobject or dtype.kind not in "fiubU":
            raise BadInputError(f"{path}: {shown(name)} holds {dtype}, not numbers or text; it is not read")
        size = dtype.itemsize * int(np.prod(shape, dtype=object))
        if min(shape, default=0) < 0 or size > entry.file_size:
            raise BadInputError(f"{path}: {shown(name)} announces more than its {entry.file_size} bytes can hold")
    with archive.open(entry) as file:
        return np.lib.format.read_array(file, allow_pickle=False)


def _header(file: IO[bytes]) -> tuple[tuple[int, ...], np.dtype[Any]]:
    """Shape and type that an array announces."""
    version = np.lib.format.read_magic(file)
    reader = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, _, dtype = reader(file, max_header_size=HEADER_BYTES)
    return shape, dtype
