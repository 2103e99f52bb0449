"""A contract as a teacher writes it: a TOML file, a table for each part. What is wrong in it is told with its line."""

from __future__ import annotations

import difflib
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import parts
from parts.model import flat
from submissions.contract import notation
from submissions.contract.model import GATES, USUAL, Contract, PartContract
from submissions.contract.training import INSTEAD

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

NETWORK_KEYS = ("input", "output", "state", "call", "returns", "order", "state_required", "weights")
ANY = "any"
KEYS = ("name", "arguments", "constants")


class ContractError(ValueError):
    """What is wrong with a contract, in one sentence that names the file and the line."""


def read_contract(name: str) -> Contract:
    """The contract in the file ``name``; torch's where it is empty, one to look for where it is ``any``.

    Raises ContractError.
    """
    if name in ("", ANY):
        return Contract(any=name == ANY)
    file = Path(name)
    try:
        # Editors on Windows put a byte order mark first.
        return contract_of(file.read_bytes().decode("utf-8-sig"), str(file))
    except OSError as error:
        raise ContractError(f"{file} can't be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise ContractError(f"{file} is not UTF-8 (byte {error.start}); save it as UTF-8.") from None


def contract_of(text: str, file: str = "contract.toml") -> Contract:
    """The contract that ``text`` is. Raises ContractError, which speaks of ``file``."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ContractError(f"{file} is no TOML: {error}.") from None
    if not data:
        raise ContractError(f"{file} is empty; a table for each part is asked: {', '.join(parts.names())}.")
    found = [_Table(text, file, name, table).contract() for name, table in data.items()]
    order = list(parts.names())
    return Contract(tuple(sorted(found, key=lambda one: order.index(one.part))))


class _Table:
    """One part's table; whatever is wrong in it is said with the line that it stands in."""

    def __init__(self, text: str, file: str, part: str, table: Any) -> None:
        self.text, self.file, self.part = text, file, part
        self._known(part, parts.names(), "part", ())
        if not isinstance(table, dict):
            self._wrong((), f"{part} is {table!r}; it has to be a table, [{part}]")
        self.table: dict[str, Any] = table
        self.is_network = parts.named(part).is_network
        self.recurrent = parts.named(part).diagnosed == "recurrent"

    def contract(self) -> PartContract:
        keys = (*NETWORK_KEYS, "reset") if parts.named(self.part).reset_before else NETWORK_KEYS
        more = keys if self.recurrent else ("returns",) if parts.named(self.part).kind == "training" else ()
        for key in self.table:
            self._known(key, (*KEYS, *more), "key", (key,))
        arguments = self._arguments() if "arguments" in self.table else None
        weights = self._weights() if "weights" in self.table else None
        found = PartContract(
            self.part,
            self._word("name") or self.part,
            arguments,
            self._constants(),
            weights,
            self._order(),
            self._axes("input"),
            self._axes("output"),
            self._axes("state"),
            self._names("call", flat(parts.named(self.part).takes)),
            self._returns(),
            self._flag("state_required"),
            self._reset(),
        )
        if found.call and "x" not in flat(notation.nested(found.call)):
            self._wrong(("call",), "call has no x")
        if found.output and not found.input:
            self._wrong(("output",), "output has axes and input has none; give both")
        if found.state_required and not found.states:
            self._wrong(("state_required",), "state_required is true, and call takes no state")
        return found

    def _arguments(self) -> tuple[tuple[str, str], ...]:
        part = parts.named(self.part)
        known = part.called_with.split(", ")
        known += list(USUAL) if self.recurrent else []
        known += list(INSTEAD) if part.kind == "training" else []
        found = self._of_table("arguments", str)
        for name in found:
            self._known(name, known, "argument", ("arguments", name))
            if not found[name] and not (name == "epochs" and part.kind == "training"):
                self._wrong(("arguments", name), f"{name} is empty; it has to be the name of an argument")
            if both := [one for one in INSTEAD.get(name, ()) if one in found and name in known]:
                self._wrong(("arguments", name), f"{name} stands for {both[0]}, and both are named; name one of them")
        return tuple(found.items())

    def _constants(self) -> tuple[tuple[str, Any], ...]:
        table = self._of_table("constants", object)
        for name, value in table.items():
            if not _crosses(value):
                told = "text, a number, true, false or a list of such"
                self._wrong(("constants", name), f"{name} is {value}; it has to be {told}")
        return tuple(table.items())

    def _weights(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        table = self._of_table("weights", object)
        wanted = [name for name, _ in parts.named(self.part).right(2, 3).named_parameters()]
        end = "" if parts.named(self.part).kind == "cell" else r"_l\d+(_reverse)?"
        for name in table:
            if not re.fullmatch(rf"(weight_(ih|hh|hr)|bias_(ih|hh)){end}", name):
                self._known(name, wanted, "weight", ("weights", name))
        found = tuple((name, self._views(name, value)) for name, value in table.items())
        missing = [name for name in wanted if name not in table]
        if missing and not (len(missing) == 2 and all(name.startswith("bias") for name in missing)):
            self._wrong(("weights",), f"weights says nothing of {missing[0]}; only both biases may be left out")
        return found

    def _views(self, name: str, value: Any) -> tuple[str, ...]:
        gates = GATES[self.part.removesuffix("Cell")]
        place = ("weights", name)
        views = value if isinstance(value, list) else [value]
        if not all(isinstance(one, str) for one in views) or len(views) not in (1, len(gates)):
            told = f"one view, or a list of one for each gate ({', '.join(gates)})"
            self._wrong(place, f"{name} is {value!r}; it has to be {told}")
        for one in views:
            self._tried(place, notation.view, one)
        return tuple(views)

    def _order(self) -> str:
        gates, order = GATES.get(self.part.removesuffix("Cell"), ""), self._word("order")
        if order and sorted(order) != sorted(gates):
            self._wrong(("order",), f"order is {order!r}; it has to be the letters {gates} in some order")
        return order

    def _reset(self) -> str:
        word = self._word("reset")
        if word not in ("", "before", "after"):
            self._wrong(("reset",), f'reset is {word!r}; it has to be "before" or "after" the product with the weights')
        return word.replace("after", "")

    def _axes(self, key: str) -> str:
        text, cell = self._word(key), self.part.endswith("Cell")
        if not text:
            return ""
        letters = set(self._tried((key,), notation.axes, text)) - {"1"}
        least, most = {"input": ("V", "NV" if cell else "LNV"), "state": ("H", "NH" if cell else "DNH")}.get(
            key, ("H", "NH" if cell else "LNH")
        )
        least += "L" if key != "state" and not cell else ""
        if not set(least) <= letters <= set(most):
            self._wrong((key,), f"{key} is {text!r}; it has to have {', '.join(least)}, and may have {', '.join(most)}")
        return text

    def _names(self, key: str, known: Iterable[str]) -> str:
        text, known = self._word(key), list(known)
        if text:
            for name in flat(self._tried((key,), notation.nested, text)):
                self._known(name, known, f"name in {key}:", (key,))
        return text

    def _returns(self) -> str:
        part = parts.named(self.part)
        if part.kind == "training" and self.table.get("returns") == "":
            return "_"  # nothing that is looked at
        more = ["rows", "_"] if part.kind == "network" else ["_"]
        text = self._names("returns", [*flat(part.returns), *more])
        if text and part.is_network and not set(flat(notation.nested(text))) - {"_"}:
            self._wrong(("returns",), "nothing that is returned is asked for")
        return text

    def _word(self, key: str) -> str:
        value = self.table.get(key, "")
        if not isinstance(value, str):
            self._wrong((key,), f"{key} is {value!r}; it has to be text in quotes")
        if key == "name" and value and not value.isidentifier():
            self._wrong((key,), f"{value!r} can't be a name in Python")
        return value

    def _flag(self, key: str) -> bool:
        value = self.table.get(key, False)
        if not isinstance(value, bool):
            self._wrong((key,), f"{key} is {value!r}; it has to be true or false")
        return value

    def _of_table(self, key: str, kind: type) -> Mapping[str, Any]:
        value = self.table.get(key, {})
        if not isinstance(value, dict):
            self._wrong((key,), f"{key} is {value!r}; it has to be a table")
        for name, one in value.items():
            if not isinstance(one, kind) or isinstance(one, dict):
                self._wrong((key, name), f"{name} is {one!r}; it has to be text in quotes")
        return value

    def _tried(self, place: tuple[str, ...], read: Any, text: str) -> Any:
        try:
            return read(text)
        except ValueError as error:
            self._wrong(place, str(error))

    def _known(self, name: str, names: Iterable[str], what: str, place: tuple[str, ...]) -> None:
        names = list(names)
        if name not in names:
            near = difflib.get_close_matches(name, names, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(names)}"
            self._wrong(place, f"unknown {what} {name!r}; {hint}")

    def _wrong(self, place: tuple[str, ...], why: str) -> None:
        raise ContractError(f"{self.file} line {_line(self.text, (self.part, *place))}: {why}")


def _crosses(value: Any) -> bool:
    """Whether a worker can be told of it: dates can't be written as JSON."""
    return all(map(_crosses, value)) if isinstance(value, list) else isinstance(value, (str, int, float))


def _line(text: str, place: tuple[str, ...]) -> int:
    """The line in which the last of these nested keys stands, or the one around it."""
    found, table = 1, tuple[str, ...]()
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[+([^\]]+)\]+", line):
            table = tuple(word.strip(" \"'") for word in header[1].split("."))
            found = number if place[: len(table)] == table else found
        elif match := re.match(r"\s*[\"']?([\w.]+)[\"']?\s*=", line):
            key = (*table, *match[1].split("."))
            found = number if place[: len(key)] == key else found
    return found
