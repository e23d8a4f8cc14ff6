"""The menu bar, made of the table of actions."""

from collections.abc import Callable
from pathlib import Path

from imgui_bundle import imgui

from explorer.actions import ACTIONS, MENUS, Action, in_menu
from explorer.desk import Desk
from explorer.gui.fields import explain
from explorer.recent import Recent, existing

RECENT = "Recent files"


def menu_bar(desk: Desk, recent: Recent, open_path: Callable[[Path], None], *, lead: bool = False) -> float:
    """Draw the bar and do what is chosen there; its height in points. ``lead`` opens its first menu."""
    if not imgui.begin_main_menu_bar():
        return 0.0
    height = imgui.get_window_size().y
    if lead:
        imgui.open_popup(MENUS[0])  # by this name a menu of the bar is a popup too
    for menu in MENUS:
        if imgui.begin_menu(menu):
            _entries(desk, menu, recent, open_path)
            imgui.end_menu()
    imgui.end_main_menu_bar()
    return float(height)


def _entries(desk: Desk, menu: str, recent: Recent, open_path: Callable[[Path], None]) -> None:
    """Actions of a menu, in order; those of a submenu where its first one stands."""
    for k, action in enumerate(in_menu(menu)):
        _entry(desk, action)
        if menu == "File" and k == 0:
            _recent(recent, open_path)
    for name in _submenus(menu):
        if imgui.begin_menu(name.rpartition("/")[2]):
            for action in in_menu(name):
                _entry(desk, action)
            imgui.end_menu()


def _entry(desk: Desk, action: Action) -> None:
    on = bool(action.checked and action.checked(desk))
    if imgui.menu_item_simple(action.label, action.keys[0] if action.keys else "", on, action.enabled(desk)):
        action.do(desk)
    if action.tip:
        explain(action.tip)


def _recent(recent: Recent, open_path: Callable[[Path], None]) -> None:
    """The files opened lately; those that are gone are grey."""
    if not imgui.begin_menu(RECENT, bool(recent.paths)):
        return
    for path, there in existing(recent.paths).items():
        if imgui.menu_item_simple(f"{path.name}##{path}", "", False, there):
            open_path(path)
        explain(str(path) if there else f"{path}: is not there any more")
    imgui.end_menu()


def _submenus(menu: str) -> list[str]:
    return list(dict.fromkeys(action.menu for action in ACTIONS if action.menu.startswith(f"{menu}/")))
