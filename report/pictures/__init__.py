"""The lectures' pictures, from the arrays of a record: what was judged, never run again.

Each lecture's are found by name: every file of the folder ``pictures/`` beside its lecture.toml has a function
``draw(record)`` that gives a list of :class:`report.pictures.sheet.Picture`, empty where its claims kept nothing.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from report.pictures.plain import draw_plain
from report.pictures.sheet import Picture, style
from results.record import Record

FOLDER = "pictures"


@dataclass
class Drawn:
    """pictures: in the order of the record's claims. faults: of each file that broke off, its place and why."""

    pictures: list[Picture] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def draw_all(record: Record, root: Path) -> Drawn:
    """Those whose claims kept their arrays in this run; of a kept matrix that nobody has drawn a plain heat map.

    root: where the nodes' files are looked for. A file that breaks off costs its own pictures alone, and is told.
    """
    drawn = Drawn()
    if not any(case.arrays for case in record.cases):
        return drawn
    with style():
        for file in picture_files(record, root):
            try:
                drawn.pictures += _loaded(file).draw(record)
            # Whatever a lecture's own code or a submission's odd shapes come to: the page goes on, and says so.
            except Exception as error:
                place = os.path.relpath(file, root).replace(os.sep, "/")
                drawn.faults.append(f"{place}: {type(error).__name__}: {error}")
        seen = {picture.claim for picture in drawn.pictures}
        for claim in record.claims:
            if claim.id not in seen:
                drawn.pictures += draw_plain(record, claim)
    order = {claim.id: place for place, claim in enumerate(record.claims)}
    drawn.pictures.sort(key=lambda picture: order.get(picture.claim, len(order)))
    return drawn


def picture_files(record: Record, root: Path) -> list[Path]:
    """By name, of each lecture that the record's cases stand in."""
    places = dict.fromkeys((root / case.node.partition("::")[0]).parent for case in record.cases)
    lectures = dict.fromkeys(folder for place in places if (folder := _lecture_above(place)) is not None)
    return [file for folder in lectures for file in sorted((folder / FOLDER).glob("*.py")) if file.stem != "__init__"]


def _lecture_above(place: Path) -> Path | None:
    return next((folder for folder in (place, *place.parents) if (folder / "lecture.toml").is_file()), None)


def _loaded(file: Path) -> ModuleType | Any:
    # Two lectures may have pictures of one name.
    name = f"{FOLDER} of {file}"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, file)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        try:
            spec.loader.exec_module(module)
        except BaseException:
            del sys.modules[name]
            raise
    return sys.modules[name]
