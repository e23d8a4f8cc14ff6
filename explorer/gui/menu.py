"""The menu bar, made of the table of actions."""

from collections.abc import Callable
from pathlib import Path

from imgui_bundle import imgui

from explorer.desk.actions import ACTIONS, MENUS, Action, in_menu
from explorer.desk.desk import Desk
from explorer.desk.recent import Recent, existing
from explorer.gui.fields import explain

RECENT = "Recent files"


def menu_bar(desk: Desk, recent: Recent, open_path: Callable[[Path], None], *, lead: bool = False) -> bool:
    """Draw the bar and do what is chosen there; True when something was. ``lead`` opens its first menu."""
    if not imgui.begin_main_menu_bar():
        return False
    if lead:
        imgui.open_popup(MENUS[0])  # by this name a menu of the bar is a popup too
    done = False
    for menu in MENUS:
        if imgui.begin_menu(menu):
            done = _entries(desk, menu, recent, open_path) or done
            imgui.end_menu()
    imgui.end_main_menu_bar()
    return done


def _entries(desk: Desk, menu: str, recent: Recent, open_path: Callable[[Path], None]) -> bool:
    """Actions of a menu, in order, then its submenus; the recent files stand below the first one of File."""
    done = False
    for k, action in enumerate(in_menu(menu)):
        done = _entry(desk, action) or done
        if menu == "File" and k == 0:
            done = _recent(recent, open_path) or done
    for name in _submenus(menu):
        if imgui.begin_menu(name.rpartition("/")[2]):
            for action in in_menu(name):
                done = _entry(desk, action) or done
            imgui.end_menu()
    return done


def _entry(desk: Desk, action: Action) -> bool:
    on = bool(action.checked and action.checked(desk))
    key = action.keys[0] if action.keys else ""
    chosen = bool(imgui.menu_item_simple(action.label, key, on, action.enabled(desk)))
    if chosen:
        action.do(desk)
    if action.tip:
        explain(action.tip)
    return chosen


def _recent(recent: Recent, open_path: Callable[[Path], None]) -> bool:
    """The files opened lately; those that are gone are grey."""
    if not imgui.begin_menu(RECENT, bool(recent.paths)):
        return False
    done = False
    for path, there in existing(recent.paths).items():
        if imgui.menu_item_simple(f"{path.name}##{path}", "", False, there):
            open_path(path)
            done = True
        explain(str(path) if there else f"{path}: is not there any more")
    imgui.end_menu()
    return done


def _submenus(menu: str) -> list[str]:
    return list(dict.fromkeys(action.menu for action in ACTIONS if action.menu.startswith(f"{menu}/")))
