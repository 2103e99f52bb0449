"""Which statements of a file run: what the parts that are judged need, and what only sets Python up.

Imports and definitions; assignments, calls and loops by which something that is needed gets its value, directly or
through others; statements that name nothing but the standard library (``sys.path.append``, ``warnings``,
``os.environ``); and, on a GPU, torch's default device. What stands beside these is an experiment: it may plot, train
for an hour, ask for a line or end.
"""

from __future__ import annotations

import ast
import builtins
import itertools
import re
import sys
from collections.abc import Collection, Iterable, Iterator

from submissions.inside import effects
from submissions.inside.effects import ASSIGNMENTS, DEFINITIONS, IMPORTS, PARTED, Changes, Leaf

Placed = tuple[str, ast.stmt]
"""What tracebacks call the text that a statement stands in, and the statement."""

PROGRAMS = ("unittest", "doctest", "pdb", "tkinter", "turtle", "webbrowser")
"""Modules of the standard library that take over, or wait for a person."""


def needed(placed: list[Placed], wanted: Collection[str]) -> list[Placed]:
    """The statements that run so that the names ``wanted`` are there, in order.

    Of an ``if`` or ``with`` that part which runs; a ``try`` whole, for what fails in it decides what comes of it.
    """
    nodes = [node for _, node in placed]
    found = [leaf for node in nodes for leaf in effects.leaves(node)]
    changes = Changes(nodes)
    gives = {id(leaf): _gives(leaf, changes) for leaf, _ in found}
    put = {id(leaf): _looks_of_names(leaf, changes) for leaf, _ in found}
    known = {*vars(builtins), *itertools.chain(*gives.values())}
    plain = _plain_names(nodes, found, changes)
    kept = {id(leaf) for leaf, _ in found if isinstance(leaf, (*IMPORTS, *DEFINITIONS))}
    # As a whole: beside what is needed in an if or a try it might fail, and keep that from being run.
    whole = [node for node in nodes if all(_sets_up(leaf, headers, plain) for leaf, headers in effects.leaves(node))]
    sets_up = {id(leaf) for node in whole for leaf, _ in effects.leaves(node)}
    sets_up |= {id(leaf) for leaf, _ in found if _sets_device(leaf)}
    tries = {id(leaf): pairs for pairs in _tries(nodes) for leaf, _ in pairs}
    used = set(wanted)
    read: set[int] = set()
    grew = True
    while grew:
        grew = False
        for leaf, headers in found:
            # A function that draws a picture is kept, but not what it draws: that may be an hour of training.
            # What is decorated by one of the file's own may be put to use by it.
            wants = gives[id(leaf)] & used or id(leaf) in sets_up or _is_registered(leaf, changes)
            wants = wants or any(look.fullmatch(name) for look in put[id(leaf)] for name in used - known)
            if id(leaf) not in read and wants:
                together = tries.get(id(leaf), [(leaf, headers)])
                read |= {id(one) for one, _ in together}
                used = used.union(*(effects.reads(one, *above) for one, above in together))
                grew = True
    pruned = [(title, _pruned(node, kept | read)) for title, node in placed]
    return [(title, node) for title, node in pruned if node is not None]


def _tries(nodes: Iterable[ast.stmt]) -> Iterator[list[Leaf]]:
    """The statements of each ``try`` that catches something, the outermost one."""
    for node in nodes:
        if isinstance(node, ast.Try) and node.handlers:
            yield list(effects.leaves(node))
        elif isinstance(node, PARTED):
            yield from _tries(inner for below in effects.bodies(node) for inner in below)


def _gives(leaf: ast.stmt, changes: Changes) -> set[str]:
    """The names that get a value, or another one, where the statement runs."""
    if effects.trains(leaf) or effects.is_endless(leaf):
        return set()
    return effects.binds(leaf) | (set() if isinstance(leaf, DEFINITIONS) else changes.of(leaf))


def _looks_of_names(leaf: ast.stmt, changes: Changes) -> list[re.Pattern[str]]:
    """What the names look like that it puts among the file's own under a word that is computed: by globals() or
    setattr, itself or in a function that it calls."""
    if isinstance(leaf, DEFINITIONS) or effects.trains(leaf) or effects.is_endless(leaf):
        return []
    called = {effects.root(part.func) for part in effects.now(leaf) if isinstance(part, ast.Call)}
    inside = [inner for name in called & set(changes.defined) for inner in changes.defined[name].body]
    words = [word for node in (leaf, *inside) for part in effects.now(node) for word in _words_put(part, changes)]
    return [re.compile(_look(word), re.DOTALL) for word in words]


def _words_put(part: ast.AST, changes: Changes) -> list[ast.AST | None]:
    """What says the names, where it is such a store or call; None where that can't be read off."""
    if isinstance(part, ast.Subscript) and isinstance(part.ctx, ast.Store):
        return [part.slice] if _holds_names(part.value, changes) else []
    if isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute) and part.func.attr == "update":
        given = [*part.args, *(one.value for one in part.keywords if one.arg is None)]
        given = given if _holds_names(part.func.value, changes) else []
        return [
            key for one in given for key in (one.keys if isinstance(one, ast.Dict) else [getattr(one, "key", None)])
        ]
    if isinstance(part, ast.Call) and effects.root(part.func) == "setattr" and len(part.args) > 1:
        return [part.args[1]] if _is_the_file(part.args[0], changes) else []
    return []


def _holds_names(node: ast.AST, changes: Changes) -> bool:
    """Whether it holds the file's names: globals(), vars(module), module.__dict__."""
    node = changes.value(node)
    if isinstance(node, ast.Call) and effects.root(node.func) == "vars" and node.args:
        return _is_the_file(node.args[0], changes)
    if isinstance(node, ast.Attribute) and node.attr == "__dict__":
        return _is_the_file(node.value, changes)
    return effects.is_globals(node)


def _is_the_file(node: ast.AST, changes: Changes) -> bool:
    """sys.modules[__name__]."""
    node = changes.value(node)
    return isinstance(node, ast.Subscript) and effects.root(node.slice) == "__name__"


def _look(word: ast.AST | None) -> str:
    """A pattern for what is put together of words and values."""
    if isinstance(word, ast.Constant):
        return re.escape(str(word.value))
    if isinstance(word, ast.JoinedStr):
        return "".join(map(_look, word.values))
    if isinstance(word, ast.BinOp) and isinstance(word.op, ast.Add):
        return _look(word.left) + _look(word.right)
    return ".*"


def _is_registered(leaf: ast.stmt, changes: Changes) -> bool:
    decorators = [getattr(one, "func", one) for one in getattr(leaf, "decorator_list", ())]
    own = {effects.root(one) for one in decorators} - changes.imported
    return any(not hasattr(builtins, name) for name in own)


def _sets_device(leaf: ast.stmt) -> bool:
    """Whether it says where tensors lie that are made without a device, and a GPU is there. On the CPU they all lie
    there, and a line that names a GPU would be in the way of what needs none."""
    calls = [part.func for part in effects.now(leaf) if isinstance(part, ast.Call)]
    if not any("set_default_device" in (getattr(one, "attr", ""), getattr(one, "id", "")) for one in calls):
        return False
    import torch

    return torch.cuda.is_available()


def _plain_names(nodes: list[ast.stmt], found: list[Leaf], changes: Changes) -> set[str]:
    """Names that come from Python itself and its standard library alone."""
    tops = {name: module.partition(".")[0] for name, module in effects.imports_of(nodes).items()}
    plain = {name for name, top in tops.items() if top in sys.stdlib_module_names and top not in PROGRAMS}
    plain |= {*vars(builtins), "__name__", "__file__", "__doc__"}
    bound: dict[str, set[str]] = {}
    for leaf, headers in found:
        if isinstance(leaf, IMPORTS):
            continue
        # What a definition gives may do anything.
        given = frozenset([""]) if isinstance(leaf, DEFINITIONS) else effects.reads(leaf, *headers)
        for name in effects.binds(leaf) | changes.of(leaf):
            bound.setdefault(name, set()).update(given - {name})
    plain -= (left := set(bound))
    # Two that are the same are given by each other.
    while other := {name for name in left if not bound[name] <= plain | left}:
        left -= other
    return plain | left


def _sets_up(leaf: ast.stmt, headers: tuple[ast.AST, ...], plain: set[str]) -> bool:
    """Whether it names nothing but the standard library, and binds nothing."""
    if isinstance(leaf, (*IMPORTS, *DEFINITIONS, *ASSIGNMENTS)) or effects.binds(leaf):
        return False
    loops = [part.target for part in effects.now(leaf) if isinstance(part, ast.For)]
    counted = {part.id for target in loops for part in ast.walk(target) if isinstance(part, ast.Name)}
    return effects.reads(leaf, *headers) <= plain | counted


def _pruned(node: ast.stmt, kept: set[int]) -> ast.stmt | None:
    """The statement without what is not kept in it; None where nothing is left."""
    if not isinstance(node, PARTED):
        return node if id(node) in kept else None
    if not any(id(leaf) in kept for leaf, _ in effects.leaves(node)):
        return None
    for below in effects.bodies(node):
        inside = [found for inner in below if (found := _pruned(inner, kept)) is not None]
        # An else or a finally may be empty, the others may not: there a statement without effect stands.
        below[:] = inside or ([ast.copy_location(ast.Pass(), below[0])] if below else [])
    return node
