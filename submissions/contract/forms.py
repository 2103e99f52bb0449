"""The forms in which a recurrent network may be written: what is tried when a contract is looked for."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence

V, H, L, N = 5, 3, 4, 2
"""The sizes of what is tried: no two axes, and no sums or multiples of them that weights may have, are alike."""

Views = tuple[str, ...]
Weights = tuple[tuple[str, Views], ...]
SQUARE = "?"
"""Behind a view that may be turned."""

_INPUT, _HIDDEN = re.compile(r"in|vocab|feat|x|emb|v$", re.I), re.compile(r"hid|unit|state|hsz|^n?_?h", re.I)
_ONE = re.compile(r"layer|direction", re.I)
_ZERO = re.compile(r"drop", re.I)


def arguments(given: Sequence[tuple[str, bool]]) -> Iterator[tuple[dict[str, str], dict[str, float]]]:
    """Which of a constructor's arguments are which, and constants for the others that it asks for.

    given: its arguments, and whether each may be left out.
    """
    names = [name for name, _ in given]
    hidden = [name for name in names if _HIDDEN.search(name)]
    inputs = [name for name in names if _INPUT.search(name) and name not in hidden]
    likely = [(inputs[0], hidden[0])] if inputs and hidden else []
    for one, other in dict.fromkeys([*likely, *itertools.permutations(names[:3], 2)]):
        rest = [name for name, optional in given if not optional and name not in (one, other)]
        if not all(_ONE.search(name) or _ZERO.search(name) for name in rest):
            continue
        yield {"input_size": one, "hidden_size": other}, {name: 1 if _ONE.search(name) else 0.0 for name in rest}


def weights(kind: str, gates: str, shapes: Mapping[str, Sequence[int]]) -> Iterator[tuple[Weights, str]]:
    """The contract's weights and order, for every reading of these shapes. kind: network or cell."""
    end = "_l0" if kind == "network" else ""
    for ih, hh, biases in _sources(len(gates), shapes):
        for views in itertools.product(_turned(ih), _turned(hh)):
            for order in map("".join, itertools.permutations(gates)):
                first, second, *added = [_ordered(group, order, gates) for group in (*views, *biases)]
                found = [(f"weight_ih{end}", first), (f"weight_hh{end}", second)]
                found += [(f"bias_ih{end}", added[0]), (f"bias_hh{end}", added[-1])] if added else []
                packed = len(first) == 1 and order != gates
                yield tuple(found), order if packed else ""
                if gates == "rzn":
                    # The update gate as the share that is new.
                    single = [(name, _cut(group, order, gates)) for name, group in found]
                    yield tuple((name, (r, f"-{z}", n)) for name, (r, z, n) in single), ""


def _ordered(views: Views, order: str, gates: str) -> Views:
    """Of single gates in the file's order those in torch's; what lies in one is told by the contract's order."""
    return views if len(views) == 1 else tuple(views[order.index(gate)] for gate in gates)


def _cut(views: Views, order: str, gates: str) -> Views:
    """What lies in one as single gates, in torch's order."""
    if len(views) > 1:
        return views
    places = ("[:hidden_size]", "[hidden_size:2*hidden_size]", "[2*hidden_size:]")
    return tuple(views[0] + places[order.index(gate)] for gate in gates)


def _turned(views: Views) -> Iterator[Views]:
    """As they are; and the other way round, where they are square and nothing tells."""
    plain = tuple(view.removesuffix(SQUARE) for view in views)
    yield plain
    if views != plain:
        yield tuple(f"{view}.T" for view in plain)


Sources = tuple[Views, Views, list[Views]]


def _sources(count: int, shapes: Mapping[str, Sequence[int]]) -> Iterator[Sources]:
    """Views of input weights, hidden weights and biases, for gates in the file's order; none for other shapes."""
    for rows, size in ((count * H, 1), (H, count)) if count > 1 else ((H, 1),):
        groups = _groups(rows, shapes)
        if groups is None:
            continue
        ih, hh, both, biases = groups
        pairs = [(ih, hh)]
        if both and not ih and not hh:
            first, rest = [f"{view}[:, :input_size]" for view in both], [f"{view}[:, input_size:]" for view in both]
            other, more = [f"{view}[:, hidden_size:]" for view in both], [f"{view}[:, :hidden_size]" for view in both]
            pairs = [(first, rest), (other, more)]
        for one, two in pairs:
            if len(one) == len(two) == size and len(biases) in (0, size, 2 * size):
                yield _arranged(one, two, biases)


def _groups(rows: int, shapes: Mapping[str, Sequence[int]]) -> list[list[str]] | None:
    """Views of what has an input's columns, a hidden state's, both, and none; each of so many rows, or None."""
    columns = {V: 0, H: 1, V + H: 2}
    groups: list[list[str]] = [[], [], [], []]
    for name, shape in shapes.items():
        if [size for size in shape if size != 1] == [rows]:
            index = f"[{', '.join('0' if size == 1 else ':' for size in shape)}]" if len(shape) > 1 else ""
            groups[3].append(f"{name}{index}")
        elif len(shape) == 2 and shape[0] == rows and shape[1] in columns:
            groups[columns[shape[1]]].append(f"{name}{SQUARE if shape[0] == shape[1] else ''}")
        elif len(shape) == 2 and shape[1] == rows and shape[0] in columns:
            groups[columns[shape[0]]].append(f"{name}.T")
        else:
            return None
    return groups


def _arranged(ih: list[str], hh: list[str], biases: list[str]) -> Sources:
    """What belongs to a gate at the same place in each."""
    halves = [half for half in (biases[: len(ih)], biases[len(ih) :]) if half]
    if len(halves) == 2 and list(_keys(halves[0])) != list(_keys(halves[1])):
        halves = [biases[::2], biases[1::2]]
    keys = list(_keys(ih))
    return tuple(ih), _aligned(hh, keys), [_aligned(half, keys) for half in halves]


def _aligned(views: list[str], keys: list[str]) -> Views:
    own = _keys(views)
    return tuple(own[key] for key in keys) if set(own) == set(keys) else tuple(views)


def _keys(views: list[str]) -> dict[str, str]:
    """The views by what in their names is not in all of them: the gate."""
    names = [re.split(r"[\[?]|\.T", view)[0] for view in views]
    start = _alike(names)
    end = _alike([name[start:][::-1] for name in names])
    return {name[start : len(name) - end]: view for name, view in zip(names, views, strict=True)}


def _alike(names: Sequence[str]) -> int:
    """How many letters all of them begin with."""
    columns = zip(*names, strict=False)
    return sum(1 for _ in itertools.takewhile(lambda letters: len(set(letters)) == 1, columns))
