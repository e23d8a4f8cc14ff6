"""All sentences of a landscape."""

from collections.abc import Iterator
from types import MappingProxyType

from compute.reading.bowl import BOWL
from compute.reading.limits import LIMITS
from compute.reading.measured import Measured
from compute.reading.noise import NOISE
from compute.reading.path import PATH
from compute.reading.right import RIGHT
from compute.reading.rule import Part, Rule, Rules, Sentence, speaker
from compute.reading.scope import SCOPE
from compute.reading.seen import SEEN
from compute.reading.told import told

RULES: Rules = MappingProxyType(
    {
        Part.SEEN: SEEN,
        Part.NOISE: NOISE,
        Part.LIMITS: (*LIMITS, *SCOPE),
        Part.RIGHT: RIGHT,
        Part.BOWL: BOWL,
        Part.PATH: PATH,
    }
)


def reading(measured: Measured) -> tuple[Sentence, ...]:
    """What the numbers say, part by part: of each topic the first rule that holds."""
    texts = told(measured)
    return tuple(
        Sentence(rule.id, part, _capital(rule.says.format_map(texts)), rule.tone)
        for part, topics in RULES.items()
        for topic in topics
        if (rule := speaker(topic, measured))
    )


def rules() -> Iterator[tuple[Part, Rule]]:
    """Every rule, in order."""
    return ((part, rule) for part, topics in RULES.items() for topic in topics for rule in topic)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
