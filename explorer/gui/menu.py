"""The menu bar, made of the table of actions."""

from collections.abc import Callable
from pathlib import Path

from imgui_bundle import imgui

from explorer.desk.action import Action
from explorer.desk.actions import ACTIONS, MENUS, in_menu
from explorer.desk.desk import Desk
from explorer.desk.recent import Recent, existing
from explorer.gui.fields import explain

RECENT, SCENE = "Recent files", "the scene"
PATIENCE = 4  # frames in which ImGui may close a menu that an arrow key leads out of


class MenuBar:
    """The bar, and which of its menus is open: an arrow that leads out of one at its side opens the next,
    Esc leads back to the scene."""

    def __init__(self, desk: Desk, open_path: Callable[[Path], None]) -> None:
        self._desk, self._open_path = desk, open_path
        self._open = ""
        self._next, self._left = "", 0  # the menu that a key leads to, and for how many frames it may still do so

    def draw(self, recent: Recent, *, lead: bool = False) -> bool:
        """Draw the bar and do what is chosen there; True when the keyboard is done with it: something was chosen, or
        Esc closed the menu. ``lead`` opens its first menu."""
        if not imgui.begin_main_menu_bar():
            return False
        next_menu = MENUS[0] if lead else self._led_to()
        if next_menu in MENUS:
            imgui.open_popup(next_menu)  # by this name a menu of the bar is a popup too
        was, self._open = self._open, ""
        done = False
        for menu in MENUS:
            if imgui.begin_menu(menu):
                self._open = menu
                done = _entries(self._desk, menu, recent, self._open_path) or done
                imgui.end_menu()
        imgui.end_main_menu_bar()
        if done:
            self._next = ""
        elif self._open or was:
            self._follow(self._open or was)
        if next_menu == SCENE:
            imgui.set_window_focus(None)
        return done or next_menu == SCENE

    def _led_to(self) -> str:
        """Where a key leads that closed the open menu just now: it was not meant for a submenu, nor for an entry."""
        self._left -= 1
        if self._left < 0:
            self._next = ""
        if self._open or not self._next:
            return ""
        found, self._next = self._next, ""
        return found

    def _follow(self, menu: str) -> None:
        """Remember where a key that is pressed leads from here."""
        step = imgui.is_key_pressed(imgui.Key.right_arrow) - imgui.is_key_pressed(imgui.Key.left_arrow)
        if step:
            self._next, self._left = MENUS[(MENUS.index(menu) + step) % len(MENUS)], PATIENCE
        elif imgui.is_key_pressed(imgui.Key.escape, False):
            self._next, self._left = SCENE, PATIENCE


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
    possible = action.enabled(desk)
    chosen = bool(imgui.menu_item_simple(action.label, key, on, possible))
    if chosen:
        action.do(desk)
    tip = action.tip if possible else action.need.missing(desk)
    if tip:
        explain(f"{tip[0].upper()}{tip[1:]}")
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
