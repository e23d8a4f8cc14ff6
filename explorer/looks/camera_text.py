"""A camera as JSON text, for the clipboard."""

import json
from dataclasses import fields

from compute.errors import BadInputError
from explorer.camera.camera import Camera
from explorer.looks.limits import LIMITS, WHOLE
from explorer.looks.plain import from_plain, to_plain

LONGEST = 4096  # letters; whatever else is in the clipboard is not worth reading
ADVICE = "copy one with Ctrl+C first"


def camera_json(camera: Camera) -> str:
    """One line of JSON with every field."""
    return json.dumps(to_plain(camera))


def camera_from_json(text: str) -> Camera:
    """The camera. Raises BadInputError in one line for anything else than what ``camera_json`` writes."""
    try:
        plain = json.loads(text) if len(text) <= LONGEST else None
    except (ValueError, RecursionError):
        plain = None
    names = [field.name for field in fields(Camera)]
    if not isinstance(plain, dict) or not plain.keys() & set(names):
        raise BadInputError(f"the clipboard holds no camera as JSON text; {ADVICE}")
    if missing := [name for name in names if name not in plain]:
        raise BadInputError(f"camera.{missing[0]}: is missing; {ADVICE}")
    camera = from_plain(Camera, plain, "camera")
    for name in names:
        value, (low, high) = getattr(camera, name), LIMITS.get(f"camera.{name}", WHOLE)
        for number in value if isinstance(value, tuple) else (value,):
            if not low <= number <= high:
                raise BadInputError(f"camera.{name}: {number:g} is not between {low:g} and {high:g}")
    return camera
