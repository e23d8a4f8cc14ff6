"""Section of the panel: what the landscape is, and how far the measuring is."""

from functools import lru_cache

from imgui_bundle import ImVec2, imgui

from explorer.desk.barrier_wording import barrier_lines
from explorer.desk.looking import DOING, in_work
from explorer.desk.wording import error_line
from explorer.ground.provenance import stopped
from explorer.ground.scene import Scene
from explorer.ground.staging import Stage
from explorer.gui.board import Board
from explorer.gui.fields import button, choice, coloured, explain, grey, keys
from explorer.worker.status import Status, duration
from explorer.worker.task import PLANE_NAMES, READY


def title(board: Board, strong: imgui.ImFont) -> None:
    """Name and origin of what is shown."""
    landscape = board.stage.landscape
    name = str(landscape.provenance.get("title", landscape.name))
    imgui.push_font(strong, 0.0)
    imgui.text_wrapped("Ready-made example" if board.plane == READY else name)
    imgui.pop_font()
    if board.plane == READY:
        grey(f"{name}. Your own takes its place as soon as its first level is measured.")
    _facts(board.stage)


def plane(board: Board) -> str:
    """Which landscape is shown."""
    if len(board.planes) < 2:
        return board.plane
    return choice("shown", board.planes, board.plane, lambda name: PLANE_NAMES.get(name, name),
                  f"Which of the open landscapes is shown{keys('Next landscape')}")  # fmt: skip


def measuring(status: Status, board: Board) -> tuple[bool, bool]:
    """Progress, and the buttons that go with it: (paused, restart wished for)."""
    begun = "Measuring" if status.measuring else "Training" if status.training else "Starting"
    imgui.separator_text("Stopped" if status.failed else begun)
    if status.failed:
        coloured(f"No more is measured: {status.failed.error}", board.theme.panel.alert)
        return status.paused, button("Restart, keeping all that is measured", "Begin again where it broke off")
    progress(status)
    if status.finished:
        grey("all levels measured")
        return False, False
    tip = f"Stop or go on; everything measured is kept{keys('Pause measuring')}"
    pressed = button("Resume" if status.paused else "Pause", tip)
    return status.paused != pressed, False


def _facts(stage: Stage) -> None:
    land = stage.landscape
    rows, columns = land.domain.shape
    grey(f"{land.measured:,} of {rows * columns:,} points measured")
    explain("How many of the grid's points have a value")
    for line in (error_line(stage), stopped(land), *_barriers(stage, stage.scene), stage.origin):
        if line:
            grey(line)


@lru_cache(maxsize=1)
def _barriers(stage: Stage, scene: Scene) -> list[str]:
    """Of the landscape that is shown; most frames have nothing new."""
    return barrier_lines(stage.landscape)


def progress(status: Status) -> None:
    """Bars for what goes on."""
    training = status.training
    if training and not status.measuring:
        state = "paused" if status.paused else f"{duration(training.seconds_left)} left"
        _bar(f"epoch {training.epoch:.1f} of {training.epochs}, batch loss {training.loss:.3g}",
             training.epoch / max(training.epochs, 1), state)  # fmt: skip
    elif not status.measuring:
        preparing = status.preparing
        share = preparing.done / preparing.total if preparing and preparing.total else 0.0
        _bar(preparing.what if preparing else "loading torch", share, "")
    newest = {status.latest} if status.following else set(status.measuring)  # planes that were left are not told
    for name in (name for name in status.measuring if name in newest):
        m = status.measuring[name]
        _bar(f"{PLANE_NAMES.get(name, name)}: {m.done:,} of {m.total:,} points", m.done / max(m.total, 1),
             pace(status, name))  # fmt: skip
    now = status.inspecting
    if now is not None and (now := in_work(status, now.plane)):
        state = "paused" if status.paused else f"{duration(now.seconds_left)} left"
        _bar(f"{PLANE_NAMES.get(now.plane, now.plane)}: {DOING[now.what]}, {now.done:,} of {now.total:,}",
             now.done / max(now.total, 1), state)  # fmt: skip


def pace(status: Status, name: str) -> str:
    """How fast a plane is measured; empty for one that is not in work."""
    m = status.measuring[name]
    if name != status.latest or status.finished or in_work(status, name):
        return ""
    if status.following and not status.paused and (m.seconds_left <= 0 or m.done >= m.total):
        return "waiting for checkpoints"
    how = "paused" if status.paused else f"{m.rate:,.1f} points/s, {duration(m.seconds_left)} left"
    return f"level {m.level + 1} of {m.levels}, {how}"


def _bar(text: str, share: float, below: str) -> None:
    imgui.text_wrapped(text)
    imgui.progress_bar(share, ImVec2(-1, imgui.get_font_size() / 3), "")
    if below:
        grey(below)
