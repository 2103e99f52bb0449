"""What a statement does to the names of a file: which it binds, reads, and may change. Read off, never run."""

from __future__ import annotations

import ast
import functools
import symtable
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

IMPORTS = (ast.Import, ast.ImportFrom)
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
ASSIGNMENTS = (ast.Assign, ast.AnnAssign, ast.AugAssign)
PARTED = (ast.If, ast.Try, ast.With)
"""Statements whose parts are looked at one by one."""
LATER = (*DEFINITIONS, ast.Lambda)
"""What stands in these happens when they are called."""

SCOPES = (*LATER, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
"""What has names of its own."""

SERIES = (ast.Tuple, ast.List, ast.Set)

PUT_NAMES = frozenset(("globals", "vars", "setattr"))
"""What a name is given by that stands nowhere as one."""

IN_PLACE = frozenset(
    ("add", "append", "clear", "discard", "extend", "insert", "pop", "popitem", "remove", "setdefault", "update")
)
BY_WORD = ("add_", "register", "set_")
"""Methods that are called for what they do, though they may return something, too; and how others begin."""

Leaf = tuple[ast.stmt, tuple[ast.AST, ...]]
"""A simple statement, loop or definition, with the conditions that it stands under."""


def leaves(node: ast.stmt, headers: tuple[ast.AST, ...] = ()) -> Iterator[Leaf]:
    """All of a statement."""
    if not isinstance(node, PARTED):
        yield node, headers
        return
    own = [getattr(node, "test", None), *(item.context_expr for item in getattr(node, "items", ()))]
    headers += tuple(header for header in own if header is not None)
    for below in bodies(node):
        for inner in below:
            yield from leaves(inner, headers)


def bodies(node: ast.AST) -> list[list[ast.stmt]]:
    """The blocks of a statement."""
    found = [getattr(node, name, []) for name in ("body", "orelse", "finalbody")]
    return found + [handler.body for handler in getattr(node, "handlers", ())]


@functools.lru_cache(maxsize=4096)
def reads(*nodes: ast.AST) -> frozenset[str]:
    """The file's names that these read. A local ``losses`` of a function is not the experiment's."""
    found: set[str] = set()
    for node in nodes:
        parts = list(ast.walk(node))
        if not any(isinstance(part, SCOPES) for part in parts):
            found |= {part.id for part in parts if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load)}
            continue
        outside = symtable.symtable(ast.unparse(node), "", "exec")
        scopes = [outside]
        for scope in scopes:
            scopes += scope.get_children()
            read = (symbol for symbol in scope.get_symbols() if symbol.is_referenced())
            found |= {symbol.get_name() for symbol in read if scope is outside or symbol.is_global()}
    return frozenset(found)


def binds(node: ast.stmt) -> set[str]:
    """By an import, a definition, an assignment (``a.b`` and ``a[b]`` bind a), or in the body of a loop."""
    if isinstance(node, IMPORTS):
        return {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
    if isinstance(node, DEFINITIONS):
        return {node.name}
    if isinstance(node, ASSIGNMENTS):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return {name for target in targets for name in _bound_by(target)}
    return {name for below in bodies(node) for inner in below for name in binds(inner)}


def _bound_by(target: ast.AST) -> set[str]:
    # globals()["name"] = ...
    if isinstance(target, ast.Subscript) and is_globals(target.value):
        return {str(target.slice.value)} if isinstance(target.slice, ast.Constant) else set()
    if isinstance(target, (ast.Subscript, ast.Attribute)):
        return _bound_by(target.value)
    own = {target.id} if isinstance(target, ast.Name) else set()
    return own.union(*map(_bound_by, ast.iter_child_nodes(target)))


def is_globals(node: ast.AST) -> bool:
    """globals(), or vars() and locals() of nothing else."""
    called = isinstance(node, ast.Call) and not node.args and isinstance(node.func, ast.Name)
    return called and node.func.id in ("globals", "vars", "locals")  # type: ignore[attr-defined]


def now(node: ast.AST) -> Iterator[ast.AST]:
    """The node and all that is evaluated with it: not what stands in functions that it defines."""
    yield node
    for below in ast.iter_child_nodes(node):
        if not isinstance(below, LATER):
            yield from now(below)


def root(node: ast.AST) -> str:
    """The name that ``a.b[c].d`` begins with, or the empty word."""
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Starred)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


class Changes:
    """What statements of a file may change by calls, and through other names of the same. It knows the file's own
    functions, and what is imported."""

    def __init__(self, nodes: Iterable[ast.stmt]) -> None:
        found = [leaf for node in nodes for leaf, _ in leaves(node)]
        self.imported = {name for leaf in found if isinstance(leaf, IMPORTS) for name in binds(leaf)}
        self.defined = {leaf.name: leaf for leaf in found if isinstance(leaf, DEFINITIONS)}
        self._assigned = _assigned_once(found)
        self._within: dict[str, set[str]] = {}

    def of(self, node: ast.AST) -> set[str]:
        """The names whose values it may change: by a method or a function that is called for that, in their parts, and
        where a loop runs over them."""
        found = _written_into(node)
        taken = {name: others.union(*map(self._held, others)) for name, others in _taken_by_loops(node).items()}
        for part in now(node):
            if isinstance(part, ast.Call):
                found |= self._by_call(part, False, taken)
            if isinstance(part, ast.Expr) and isinstance(part.value, ast.Call):
                found |= self._by_call(part.value, True, taken)
        return self._same(found, taken) - {""}

    def _same(self, names: set[str], taken: Mapping[str, set[str]]) -> set[str]:
        """With the other names that their values have."""
        found = set(names)
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            targets, value = self._assigned.get(name, (set(), None))
            others = targets | taken.get(name, set()) | ({value.id} if isinstance(value, ast.Name) else set())
            waiting += (new := others - found - self.imported)
            found |= new
        return found

    def _held(self, name: str) -> set[str]:
        """The names that a tuple or dict holds which is assigned to this one alone."""
        return set(_roots(self._assigned[name][1])) if name in self._assigned else set()

    def value(self, node: ast.AST) -> ast.AST:
        """Of a name that is assigned once what it was assigned."""
        known = self._assigned.get(node.id) if isinstance(node, ast.Name) else None
        return known[1] if known else node

    def _by_call(self, call: ast.Call, alone: bool, taken: Mapping[str, set[str]]) -> set[str]:
        """alone: it is a statement of its own, so that what it returns is not what it is called for."""
        name = root(call.func)
        if isinstance(call.func, ast.Attribute) and name not in self.imported:
            if is_globals(call.func.value):
                return {keyword.arg or "" for keyword in call.keywords}
            return {name} if alone or call.func.attr in IN_PLACE or call.func.attr.startswith(BY_WORD) else set()
        if isinstance(call.func, ast.Name) and name in ("setattr", "delattr"):
            return {root(call.args[0])} if call.args else set()
        if isinstance(self.defined.get(name), (ast.FunctionDef, ast.AsyncFunctionDef)):
            return self._by_function(name, call)
        if alone and name in self.imported:  # heapq.heappush(found, 3), nn.init.zeros_(weight)
            given = [self._same({root(argument)}, taken) for argument in call.args]
            return set().union(*(names for names in given if not names & {*self.defined, *self.imported}))
        return set()

    def _by_function(self, name: str, call: ast.Call) -> set[str]:
        """Of a call of one of the file's own: what it changes outside, and of its arguments."""
        changed = self._changed_within(name)
        arguments = self.defined[name].args  # type: ignore[union-attr]
        parameters = [one.arg for one in (*arguments.posonlyargs, *arguments.args)]
        rest = [arguments.vararg.arg] if arguments.vararg else []
        given: list[tuple[str, ast.AST]] = []
        for place, value in enumerate(call.args):
            # What is given with a star may be any of those that follow.
            taken = parameters[place:] + rest if isinstance(value, ast.Starred) else (parameters[place:] or rest)[:1]
            given += [(parameter, value) for parameter in taken]
        given += [(keyword.arg, keyword.value) for keyword in call.keywords if keyword.arg]
        local = {*parameters, *rest, *(one.arg for one in arguments.kwonlyargs)}
        return (changed - local) | {root(value) for parameter, value in given if parameter in changed}

    def _changed_within(self, name: str) -> set[str]:
        """Parameters and outer names that a function of the file may change."""
        if name not in self._within:
            self._within[name] = set()  # for one that calls itself
            node = self.defined[name]
            rebound = {one for part in ast.walk(node) if isinstance(part, ast.Global) for one in part.names}
            self._within[name] = rebound.union(*map(self.of, node.body))
        return self._within[name]


def _assigned_once(found: Iterable[ast.stmt]) -> dict[str, tuple[set[str], ast.expr]]:
    """Of names that one assignment binds and nothing else: the other names that it binds, and the value."""
    names = [part for leaf in found for part in now(leaf) if isinstance(part, ast.Name)]
    stored = Counter(name.id for name in names if isinstance(name.ctx, ast.Store))
    once: dict[str, tuple[set[str], ast.expr]] = {}
    for leaf in (leaf for leaf in found if isinstance(leaf, ast.Assign)):
        targets = {one.id for one in leaf.targets if isinstance(one, ast.Name)}
        once |= {name: (targets, leaf.value) for name in targets if stored[name] == 1}
    return once


def _taken_by_loops(node: ast.AST) -> dict[str, set[str]]:
    """By the names that loops in it give: those whose values they take."""
    found: dict[str, set[str]] = {}
    for part in now(node):
        if isinstance(part, (ast.For, ast.comprehension)):
            for name, others in _taken_of_each(part.target, part.iter):
                found.setdefault(name, set()).update(others - {""})
    return found


def _taken_of_each(target: ast.AST, over: ast.AST) -> Iterator[tuple[str, set[str]]]:
    called = over.func.id if isinstance(over, ast.Call) and isinstance(over.func, ast.Name) else ""
    arguments = over.args if isinstance(over, ast.Call) else []
    if called == "zip" and isinstance(target, ast.Tuple):
        for one, values in zip(target.elts, arguments, strict=False):
            yield from _taken_of_each(one, values)
    elif called == "enumerate" and isinstance(target, ast.Tuple) and arguments:
        yield from _taken_of_each(target.elts[-1], arguments[0])
    elif called in ("list", "tuple", "reversed", "sorted") and arguments:
        yield from _taken_of_each(target, arguments[0])
    elif isinstance(over, SERIES):
        for value in over.elts:
            yield from _taken(target, value)
    elif not called:  # nets.values(), net.parameters()
        yield from _taken(target, over.func if isinstance(over, ast.Call) else over)


def _taken(target: ast.AST, value: ast.AST) -> Iterator[tuple[str, set[str]]]:
    if isinstance(target, SERIES) and isinstance(value, SERIES) and len(target.elts) == len(value.elts):
        for one, its in zip(target.elts, value.elts, strict=True):
            yield from _taken(one, its)
        return
    names = {root(value), *_roots(value)}
    yield from ((part.id, names) for part in ast.walk(target) if isinstance(part, ast.Name))


def _roots(value: ast.AST) -> Iterator[str]:
    """Of what a tuple, list or dict holds, however deep."""
    for part in value.elts if isinstance(value, SERIES) else value.values if isinstance(value, ast.Dict) else ():
        yield from (root(part), *_roots(part))


def _written_into(node: ast.AST) -> set[str]:
    """Names to whose parts something is assigned."""
    targets = [part for part in now(node) if isinstance(part, (ast.Attribute, ast.Subscript))]
    return {root(part) for part in targets if isinstance(part.ctx, (ast.Store, ast.Del))}


def is_endless(node: ast.AST) -> bool:
    """A while loop that says of no end."""
    always = isinstance(node, ast.While) and isinstance(node.test, ast.Constant) and bool(node.test.value)
    return always and not any(isinstance(part, (ast.Break, ast.Raise, ast.Return)) for part in now(node))


def trains(node: ast.AST) -> bool:
    """A loop that has gradients computed."""
    return isinstance(node, (ast.For, ast.While)) and any(
        isinstance(part, ast.Attribute) and part.attr in ("backward", "zero_grad") for part in now(node)
    )


def imports_of(nodes: Iterable[ast.stmt]) -> Mapping[str, str]:
    """By name the module that it comes from."""
    found: dict[str, str] = {}
    for node in nodes:
        for leaf, _ in leaves(node):
            if isinstance(leaf, ast.Import):
                found |= {(one.asname or one.name).partition(".")[0]: one.name for one in leaf.names}
            elif isinstance(leaf, ast.ImportFrom):
                found |= {one.asname or one.name: leaf.module or "" for one in leaf.names}
    return found
