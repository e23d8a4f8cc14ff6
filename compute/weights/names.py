"""Names in a state dict and names in a model, which differ by what the network was wrapped in when it was saved."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import takewhile

WRAPPERS = ("module", "model", "net")  # DataParallel and averaged models; what Lightning modules call the network
COMPILED = "_orig_mod"  # torch.compile puts it anywhere


def plain(name: str) -> str:
    """A name without what ``torch.compile`` put in."""
    return ".".join(part for part in name.split(".") if part != COMPILED)


def match_names(stored: Iterable[str], wanted: Sequence[str]) -> dict[str, str]:
    """Wanted name → stored name, for all that can be found, behind the one prefix that finds most; the shortest such.

    A prefix is made of ``module.``, ``model.`` and ``net.``. Where there is one, stored names without it belong to
    something else that was saved beside the network, its loss for instance.
    """
    by_plain = {plain(name): name for name in stored}
    prefixes = sorted({prefix for name in by_plain for prefix in _prefixes(name)}, key=len)
    found = {prefix: _behind(prefix, by_plain, wanted) for prefix in prefixes}
    return max(found.values(), key=len, default={})  # the first of the longest


def strangers(stored: Iterable[str], matched: Mapping[str, str]) -> list[str]:
    """Stored names that stand where the matched ones do, behind the same prefix, and are not among them."""
    used = set(matched.values())
    prefix = next((plain(name).removesuffix(plain(wanted)) for wanted, name in matched.items()), "")
    return [name for name in stored if name not in used and plain(name).startswith(prefix)]


def unwrapped(names: Iterable[str]) -> dict[str, str]:
    """Plain name → stored name, without ``module.`` where all of them have it."""
    by_plain = {plain(name): name for name in names}
    while by_plain and all(name.startswith("module.") for name in by_plain):
        by_plain = {name.removeprefix("module."): stored for name, stored in by_plain.items()}
    return by_plain


def _prefixes(name: str) -> Iterator[str]:
    """The wrappers that a name may stand behind: "", "model.", "model.module." of "model.module.fc.weight"."""
    prefix = ""
    yield prefix
    for part in takewhile(WRAPPERS.__contains__, name.split(".")):
        prefix += f"{part}."
        yield prefix


def _behind(prefix: str, by_plain: Mapping[str, str], wanted: Sequence[str]) -> dict[str, str]:
    return {name: by_plain[prefix + plain(name)] for name in wanted if prefix + plain(name) in by_plain}
