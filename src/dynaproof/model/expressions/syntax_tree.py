"""What an expression says: the nodes that parsing it gives.

``str`` of a node is an expression again, and parsing that gives an equal node. Offsets count
characters of the text from 0, and do not matter to equality.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Path:
    """A document path as written, as ``#m.list[0]``: names, and indexes as numbers."""

    elements: tuple[str | int, ...]
    offset: int = field(default=0, compare=False)
    offsets: tuple[int, ...] = field(default=(), compare=False)
    """Of each element."""

    def __str__(self) -> str:
        head, *rest = self.elements
        return str(head) + "".join(f"[{e}]" if isinstance(e, int) else f".{e}" for e in rest)


@dataclass(frozen=True, slots=True)
class Value:
    """An expression attribute value, as ``:name``."""

    name: str
    offset: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Function:
    """A function with its operands: a condition, or an operand such as ``size(path)``."""

    name: str
    operands: tuple[Operand, ...]
    offset: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return f"{self.name}({', '.join(map(str, self.operands))})"


Operand = Path | Value | Function


@dataclass(frozen=True, slots=True)
class Comparison:
    """``left comparator right`` with one of ``= <> < <= > >=``."""

    left: Operand
    comparator: str
    right: Operand
    offset: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return f"{self.left} {self.comparator} {self.right}"


@dataclass(frozen=True, slots=True)
class Between:
    """``operand BETWEEN lower AND upper``, bounds included."""

    operand: Operand
    lower: Operand
    upper: Operand
    offset: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return f"{self.operand} BETWEEN {self.lower} AND {self.upper}"


@dataclass(frozen=True, slots=True)
class In:
    """``operand IN (option, ...)``."""

    operand: Operand
    options: tuple[Operand, ...]
    offset: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return f"{self.operand} IN ({', '.join(map(str, self.options))})"


@dataclass(frozen=True, slots=True)
class Not:
    """``NOT condition``."""

    condition: Condition
    offset: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return f"NOT {_within(self.condition, (And, Or))}"


@dataclass(frozen=True, slots=True)
class And:
    """Two or more conditions joined by AND."""

    conditions: tuple[Condition, ...]
    offset: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return " AND ".join(_within(condition, (And, Or)) for condition in self.conditions)


@dataclass(frozen=True, slots=True)
class Or:
    """Two or more conditions joined by OR."""

    conditions: tuple[Condition, ...]
    offset: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return " OR ".join(_within(condition, (Or,)) for condition in self.conditions)


Condition = Comparison | Between | In | Function | Not | And | Or


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """``left + right`` or ``left - right``."""

    left: Operand
    operator: str
    right: Operand
    offset: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return f"{self.left} {self.operator} {self.right}"


@dataclass(frozen=True, slots=True)
class SetAction:
    """``path = value`` in the SET clause."""

    path: Path
    value: Operand | Arithmetic

    def __str__(self) -> str:
        return f"{self.path} = {self.value}"


@dataclass(frozen=True, slots=True)
class AddAction:
    """``path :value`` in the ADD clause."""

    path: Path
    value: Value

    def __str__(self) -> str:
        return f"{self.path} {self.value}"


@dataclass(frozen=True, slots=True)
class DeleteAction:
    """``path :value`` in the DELETE clause."""

    path: Path
    value: Value

    def __str__(self) -> str:
        return f"{self.path} {self.value}"


@dataclass(frozen=True, slots=True)
class Update:
    """An update expression; ``removals`` are the paths of the REMOVE clause."""

    sets: tuple[SetAction, ...] = ()
    removals: tuple[Path, ...] = ()
    adds: tuple[AddAction, ...] = ()
    deletes: tuple[DeleteAction, ...] = ()

    def __str__(self) -> str:
        clauses = {
            "SET": self.sets,
            "REMOVE": self.removals,
            "ADD": self.adds,
            "DELETE": self.deletes,
        }
        return " ".join(
            f"{word} {', '.join(map(str, actions))}" for word, actions in clauses.items() if actions
        )

    @property
    def targets(self) -> tuple[Path, ...]:
        """The paths that are changed."""
        return (
            *(action.path for action in self.sets),
            *(action.path for action in self.adds),
            *(action.path for action in self.deletes),
            *self.removals,
        )


@dataclass(frozen=True, slots=True)
class Projection:
    """The document paths of a projection expression."""

    paths: tuple[Path, ...]

    def __str__(self) -> str:
        return ", ".join(map(str, self.paths))


Expression = Condition | Update | Projection


def operands_of(expression: Expression) -> list[Path | Value]:
    """Give all paths and values of an expression, targets of updates included."""
    found: list[Path | Value] = []
    rest: list[Condition | Operand | Arithmetic] = []
    match expression:
        case Projection():
            return list(expression.paths)
        case Update():
            found += expression.targets
            found += [action.value for action in expression.adds]
            found += [action.value for action in expression.deletes]
            rest += [action.value for action in expression.sets]
        case _:
            rest.append(expression)
    while rest:
        node = rest.pop()
        match node:
            case Path() | Value():
                found.append(node)
            case Function():
                rest += node.operands
            case Comparison() | Arithmetic():
                rest += (node.left, node.right)
            case Between():
                rest += (node.operand, node.lower, node.upper)
            case In():
                rest += (node.operand, *node.options)
            case Not():
                rest.append(node.condition)
            case And() | Or():
                rest += node.conditions
    return sorted(found, key=lambda operand: operand.offset)


def _within(condition: Condition, weaker: tuple[type, ...]) -> str:
    return f"({condition})" if isinstance(condition, weaker) else str(condition)
