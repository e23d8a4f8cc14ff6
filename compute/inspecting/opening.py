"""Which closer looks there are, and what each needs."""

from collections.abc import Callable

from compute.errors import BadInputError
from compute.folder import open_folder
from compute.inspecting.coarse import coarse_to_fine
from compute.inspecting.inspection import Inspection
from compute.inspecting.plane_maps import PlaneMaps
from compute.inspecting.sharpness import Sharpness
from compute.inspecting.spectrum import Spectrum
from compute.inspecting.subject import require_loss, subject
from compute.inspecting.verification import Verification
from compute.messages import INSPECTIONS, PLANE, SHARPNESS, SPECTRUM, VERIFY
from compute.surveying.survey import Survey

Note = Callable[[str], None]


_OPEN: dict[str, Callable[[Survey, Note], Inspection]] = {
    VERIFY: Verification,
    PLANE: PlaneMaps,
    SPECTRUM: Spectrum,
    SHARPNESS: Sharpness,
}


def named(wanted: str) -> tuple[str, ...]:
    """The names in a list with commas, each once. Raises BadInputError for one that there is not."""
    names = tuple(dict.fromkeys(part.strip() for part in wanted.split(",") if part.strip()))
    unknown = [name for name in names if name not in INSPECTIONS]
    if unknown:
        raise BadInputError(f"--curvature {unknown[0]}: choose from {', '.join(INSPECTIONS[1:])}")
    return names


def check_possible(what: str, survey: Survey) -> None:
    """Raises BadInputError where a survey can never be looked into like this: said before hours of measuring."""
    subject(survey)
    if what == VERIFY:
        require_loss(survey)
    if what in (PLANE, SPECTRUM):
        coarse_to_fine(open_folder(survey.folder).domain, survey.task.inspect_points)


def open_inspection(what: str, survey: Survey, note: Note) -> Inspection:
    """A closer look at a survey, with what is done already. Raises BadInputError where it cannot be."""
    named(what)
    check_possible(what, survey)
    return _OPEN[what](survey, note)
