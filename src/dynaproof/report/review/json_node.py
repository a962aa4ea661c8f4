"""Values of a JSON document, each read as what it has to be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dynaproof.model.attribute_value import as_typed, from_attribute_value, from_wire
from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import Diagnostic, InputError, Place

_MOST = 2**53
HINT = "Write it anew: dynaproof run DEFINITION --json FILE."


@dataclass(frozen=True, slots=True)
class Node:
    """An object of a document, at a path such as ``tables[0]``; every fault is InputError DP116.

    ``file`` is the document's name. What is absent may be given a value to stand for it.
    """

    value: Mapping[str, object]
    path: str
    file: str

    def text(self, name: str, absent: str | None = None) -> str:
        """A text; null is an empty one where ``absent`` is given."""
        value = self.value.get(name)
        if value is None and absent is not None:
            return absent
        if not isinstance(value, str):
            raise self.fault(name, "a text")
        return value

    def number(self, name: str) -> float:
        """A number of at least 0."""
        value = self.value.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.fault(name, "a number")
        if not 0 <= value <= _MOST:
            raise self.fault(name, "a number of capacity units or calls")
        return value

    def whole(self, name: str, absent: int | None = None) -> int:
        """A whole number of at least 0."""
        value = self.value.get(name)
        if value is None and absent is not None:
            return absent
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _MOST:
            raise self.fault(name, "a whole number of at least 0")
        return value

    def seed(self, name: str) -> int:
        """A whole number, which may be written as a text of its digits."""
        value = self.value.get(name)
        if isinstance(value, str) and value.removeprefix("-").isdecimal() and len(value) < 100:
            return int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.fault(name, "a whole number")
        return value

    def flag(self, name: str) -> bool:
        """A truth value; false where it is absent."""
        value = self.value.get(name, False)
        if not isinstance(value, bool):
            raise self.fault(name, "true or false")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts; none where it is absent."""
        found = self._list(name)
        if not all(isinstance(one, str) for one in found):
            raise self.fault(name, "a list of texts")
        return tuple(str(one) for one in found)

    def mapping(self, name: str) -> Mapping[str, object]:
        """An object whose values may be anything; empty where it is absent."""
        value = self.value.get(name)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise self.fault(name, "an object")
        return value

    def item(self, name: str) -> Mapping[str, object]:
        """Typed attribute values, as the JSON protocol has them; empty where it is absent."""
        found = self.mapping(name)
        for attribute, typed in found.items():
            try:
                from_attribute_value(from_wire(as_typed(typed)))
            except (ValueError, TypeError) as error:
                raise self.fault(f"{name}.{attribute}", "an attribute value") from error
        return found

    def node(self, name: str) -> Node:
        """An object."""
        value = self.value.get(name)
        if not isinstance(value, dict):
            raise self.fault(name, "an object")
        return Node(value, self._at(name), self.file)

    def optional(self, name: str) -> Node | None:
        """An object, or None where it is null or absent."""
        return None if self.value.get(name) is None else self.node(name)

    def nodes(self, name: str) -> list[Node]:
        """A list of objects; none where it is absent."""
        found: list[Node] = []
        for number, value in enumerate(self._list(name)):
            if not isinstance(value, dict):
                raise self.fault(f"{name}[{number}]", "an object")
            found.append(Node(value, self._at(f"{name}[{number}]"), self.file))
        return found

    def fault(self, name: str, wanted: str) -> InputError:
        """What is wrong with the value of this name."""
        message = f"no JSON of a run: '{self._at(name)}' is not {wanted}"
        return InputError(Diagnostic(Code.RUN_FILE, message, Place(self.file), HINT))

    def _list(self, name: str) -> list[object]:
        value = self.value.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.fault(name, "a list")
        return value

    def _at(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name
