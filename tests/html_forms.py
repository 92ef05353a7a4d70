"""A form of a page, filled by the words a person sees beside its fields."""

from dataclasses import dataclass, field

from tests.html_tree import Element, plain

Value = str | bool


class NotOnThePage(AssertionError):
    """The page has no field, button or link of these words; what it has is in the message."""


@dataclass
class Control:
    """A field: its label, and the value a browser would send for it now (None: nothing)."""

    name: str
    kind: str
    label: str
    offered: str
    value: str | None
    group: str = ""
    choices: dict[str, str] = field(default_factory=dict)


class HtmlForm:
    """One `<form>` of a page."""

    def __init__(self, form: Element, page: Element) -> None:
        self.action = form.get("action")
        self.method = form.get("method").lower() or "get"
        self._labels = {each.get("for"): plain(each.text) for each in page.all("label")}
        groups = {
            id(inner): plain(legend.text)
            for fieldset in form.all("fieldset")
            for legend in fieldset.all("legend")[:1]
            for inner in fieldset
        }
        self.controls = [
            self._control(each, groups.get(id(each), ""))
            for each in form.all("input", "select", "textarea")
            if each.get("name") and "disabled" not in each.attributes
        ]
        self.buttons = [
            (plain(each.text), each.get("name"), each.get("value"))
            for each in form.all("button")
            if each.get("type") != "button"
        ]

    def _control(self, element: Element, group: str) -> Control:
        label = self._labels.get(element.get("id")) or plain(element.get("aria-label"))
        common = {"name": element.get("name"), "label": label, "group": group}
        if element.tag == "textarea":
            text = "".join(piece for piece in element.children if isinstance(piece, str))
            return Control(kind="textarea", offered="", value=text.removeprefix("\n"), **common)
        if element.tag == "select":
            options = element.all("option")
            chosen = [each.get("value") for each in options if "selected" in each.attributes]
            choices = {plain(each.text): each.get("value") for each in options}
            first = next(iter(choices.values()), None)
            return Control(
                kind="select", offered="", value=chosen[0] if chosen else first, choices=choices, **common
            )
        kind = "hidden" if "hidden" in element.attributes else element.get("type") or "text"
        offered = element.get("value") or ("on" if kind in {"checkbox", "radio"} else "")
        sent = kind not in {"checkbox", "radio"} or "checked" in element.attributes
        return Control(kind=kind, offered=offered, value=offered if sent else None, **common)

    def fill(self, label: str, value: Value) -> None:
        """A text; True or False for a box; for a group of radio buttons the label of one, or True at that label."""
        wanted = plain(label)
        grouped = [each for each in self.controls if each.group == wanted and each.kind == "radio"]
        if grouped and isinstance(value, str):
            self._choose(self._labelled(value, grouped))
            return
        control = self._labelled(label, self.controls)
        if control.kind == "radio":
            self._choose(control)
        elif control.kind == "checkbox":
            control.value = control.offered if value else None
        elif control.kind == "select":
            control.value = control.choices[plain(str(value))]
        else:
            control.value = str(value)

    def _choose(self, chosen: Control) -> None:
        for each in self.controls:
            if each.name == chosen.name:
                each.value = each.offered if each is chosen else None

    def _labelled(self, label: str, among: list[Control]) -> Control:
        wanted = plain(label)
        visible = [each for each in among if each.kind != "hidden"]
        found = [each for each in visible if each.label == wanted] or [
            each for each in visible if each.label.startswith(wanted)
        ]
        if len(found) != 1:
            there = [each.label for each in visible]
            raise NotOnThePage(f"{len(found)} fields for « {label} »; there are {there}")
        return found[0]

    def labels(self) -> list[str]:
        return [each.label for each in self.controls if each.kind != "hidden"]

    def value_of(self, label: str) -> str | None:
        return self._labelled(label, self.controls).value

    def sent_by(self, button: str | None) -> list[tuple[str, str]]:
        """The pairs a browser sends when this button (the first without one) is pressed."""
        pairs = [(each.name, each.value) for each in self.controls if each.value is not None]
        pressed = self.buttons[0] if button is None and self.buttons else None
        if button is not None:
            pressed = next((each for each in self.buttons if each[0] == plain(button)), None)
            if pressed is None:
                raise NotOnThePage(f"no button « {button} »; there are {[each[0] for each in self.buttons]}")
        if pressed and pressed[1]:
            pairs.append((pressed[1], pressed[2]))
        return pairs
