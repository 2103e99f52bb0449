"""Hand-ins as they really come: one right LSTM in some sixty wrappings, and what each has to be taken for."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

from tests.a_class import RIGHT

NOTEBOOK = {"cell_type": "code", "metadata": {}, "execution_count": 1}
HELPED = RIGHT.replace("import torch\n", "import torch\nfrom gates import split\n", 1).replace(
    "(row + h @ self.weight_hh_l0.T).chunk(4, -1)", "split(row + h @ self.weight_hh_l0.T)"
)
GATES = "def split(rows):\n    return rows.chunk(4, -1)\n"
KOREAN = RIGHT.replace('"""A right LSTM', '"""맞는 LSTM: a right LSTM', 1)
EXPORTED = f"#!/usr/bin/env python\n# coding: utf-8\n\n# # Week 12\n\n# In[1]:\n\n\n{RIGHT}\n\n"
REPORT = b"%PDF-1.7\n\x00\xff\xfe"
assert HELPED.count("split") == 2


def notebook(*cells: str, outputs: str = "") -> bytes:
    """These code cells; ``outputs``: what each has drawn, as base64."""
    drawn = [{"output_type": "display_data", "data": {"image/png": outputs}}] if outputs else []
    made = [{**NOTEBOOK, "source": cell.splitlines(keepends=True), "outputs": drawn} for cell in cells]
    return json.dumps({"cells": made, "nbformat": 4, "nbformat_minor": 5, "metadata": {}}).encode("utf-8")


def zipped(files: Mapping[str, bytes | str]) -> bytes:
    """A zip of these files; a name that ends in / is a folder."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def tarred(files: Mapping[str, bytes | str], how: str = "gz") -> bytes:
    """A tar of these files."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode=f"w:{how}") as archive:
        for name, content in files.items():
            content = content.encode("utf-8") if isinstance(content, str) else content
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return made.getvalue()


def lay(folder: Path, files: Mapping[str, bytes | str]) -> Path:
    """These files below ``folder``; a name that ends in / is an empty folder."""
    for name, content in files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        if name.endswith("/"):
            place.mkdir()
        else:
            place.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return folder


def locked(content: bytes) -> bytes:
    """A zip whose flags say that its first file needs a password."""
    made = bytearray(content)
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        made[content.index(mark) + place] |= 1
    return bytes(made)


LOCKED = locked(zipped({"lstm.py": RIGHT}))

A_CLASS: dict[str, tuple[Mapping[str, bytes | str], str, str]] = {
    # id: what lies there, the main file or the key of the problem
    "han": ({"han.py": RIGHT}, "han.py", "han.py"),
    "cap": ({"cap.PY": RIGHT}, "cap.PY", "cap.PY"),
    "lee": ({"lee.py.txt": RIGHT}, "lee.py.txt", "lee.py"),
    "choi": ({"choi.txt": RIGHT}, "choi.txt", "choi.py"),
    "kim": ({"kim.pyw": RIGHT}, "kim.pyw", "kim.py"),
    "bare": ({"bare": RIGHT}, "bare", "bare.py"),
    "park": ({"park.ipynb.json": notebook(RIGHT)}, "park.ipynb.json", "park.ipynb"),
    "json": ({"json.json": notebook(RIGHT)}, "json.json", "json.ipynb"),
    "nb": ({"nb.ipynb": notebook(RIGHT)}, "nb.ipynb", "nb.ipynb"),
    "nbtxt": ({"nbtxt.ipynb.txt": notebook(RIGHT)}, "nbtxt.ipynb.txt", "nbtxt.ipynb"),
    "nbpy": ({"nbpy.py": notebook(RIGHT)}, "nbpy.py", "nbpy.ipynb"),
    "pynb": ({"pynb.ipynb": RIGHT}, "pynb.ipynb", "pynb.py"),
    "plots": ({"plots.ipynb": notebook(RIGHT, outputs="A" * 9 * 2**20)}, "plots.ipynb", "plots.ipynb"),
    "bom": ({"bom.py": b"\xef\xbb\xbf" + RIGHT.encode()}, "bom.py", "bom.py"),
    "crlf": ({"crlf.py": RIGHT.replace("\n", "\r\n")}, "crlf.py", "crlf.py"),
    "mac": ({"mac.py": RIGHT.replace("\n", "\r")}, "mac.py", "mac.py"),
    "utf16": ({"utf16.py": RIGHT.encode("utf-16")}, "utf16.py", "utf16.py"),
    "utf16be": ({"utf16be.py": b"\xfe\xff" + KOREAN.encode("utf-16-be")}, "utf16be.py", "utf16be.py"),
    "cp949": ({"cp949.py": KOREAN.encode("cp949")}, "cp949.py", "cp949.py"),
    "cookie": ({"cookie.py": f"# -*- coding: euc-kr -*-\n{KOREAN}".encode("euc-kr")}, "cookie.py", "cookie.py"),
    "latin": ({"latin.py": f"# -*- coding: latin-1 -*-\n# café\n{RIGHT}".encode("latin-1")}, "latin.py", "latin.py"),
    "western": ({"western.py": f"# “café” à la carte, déjà vu\n{RIGHT}".encode("cp1252")}, "western.py", "western.py"),
    "nb16": ({"nb16.ipynb": notebook(KOREAN).decode().encode("utf-16")}, "nb16.ipynb", "nb16.ipynb"),
    "kim.hana": ({"kim.hana/lstm.py": RIGHT}, "kim.hana", "lstm.py"),
    "kim.hyun": ({"kim.hyun/lstm.py": RIGHT}, "kim.hyun", "lstm.py"),
    "numbered": ({"numbered/lstm (1).py": RIGHT, "numbered/notes.py": "x = 1\n"}, "numbered", "lstm (1).py"),
    "helper": ({"helper/lstm.py": RIGHT, "helper/utils.py": "def plot():\n    pass\n"}, "helper", "lstm.py"),
    "gates": ({"gates/work.py": HELPED, "gates/gates.py": GATES}, "gates", "work.py"),
    "copies": ({"copies/lstm.py": RIGHT, "copies/lstm (1).py": RIGHT}, "copies", "lstm.py"),
    "exported": ({"exported/lstm.ipynb": notebook(RIGHT), "exported/lstm.py": EXPORTED}, "exported", "lstm.py"),
    "remarks": (
        {"remarks/lstm.py": RIGHT, "remarks/lstm copy.py": f"# Kim\n\n{RIGHT}"},
        "remarks",
        "lstm.py",
    ),
    "named": ({"named/submission.py": RIGHT, "named/old.py": RIGHT + "# old\n"}, "named", "submission.py"),
    "joined": (
        {
            "joined/lstm.py": f"{RIGHT}\nfrom utils import one_hot\n",
            "joined/utils.py": "def one_hot(t, m):\n    pass\n",
        },
        "joined",
        "lstm.py",
    ),
    "deep": ({"deep/repo/src/lstm.py": RIGHT, "deep/setup.py": "import setuptools\n"}, "deep", "repo/src/lstm.py"),
    "package": (
        {"package/lstm.py": HELPED.replace("gates", "parts.gates"), "package/parts/gates.py": GATES},
        "package",
        "lstm.py",
    ),
    "pdf+py": ({"pdf+py/report.pdf": REPORT, "pdf+py/own.py": RIGHT}, "pdf+py", "own.py"),
    "txt+py": ({"txt+py/own.py": RIGHT, "txt+py/readme.txt": "import torch\n"}, "txt+py", "own.py"),
    "late": ({"late/utils.py": "x = 1\n", "late/lstm.py.txt": RIGHT}, "late", "lstm.py"),
    "venv": ({"venv/own.py": RIGHT, "venv/env/pyvenv.cfg": "", "venv/env/lib/a.py": "class GRU:\n"}, "venv", "own.py"),
    "zip as txt": ({"zip as txt.txt": zipped({"lstm.py": RIGHT})}, "zip as txt.txt", "lstm.py"),
    "zip as py": ({"zip as py.py": zipped({"hw/lstm.py": RIGHT})}, "zip as py.py", "lstm.py"),
    "locked": ({"locked.zip": LOCKED}, "locked.zip", "locked"),
    "notes": ({"notes.zip": locked(zipped({"notes.txt": "x", "lstm.py": RIGHT}))}, "notes.zip", "lstm.py"),
    "two zips": (
        {f"two zips/{name}.zip": zipped({"lstm.py": f"{RIGHT}{name} = 1\n"}) for name in ("hw", "fixed")},
        "two zips",
        "several define",
    ),
    "zips": (
        {"zips/hw.zip": zipped({"work.py": HELPED}), "zips/helpers.zip": zipped({"gates.py": GATES})},
        "zips",
        "work.py",
    ),
    "leemina": ({"leemina.zip": zipped({"lstm.py": RIGHT})}, "leemina.zip", "lstm.py"),
    "zipdir": ({"zipdir.zip": zipped({"hw/lstm.py": HELPED, "hw/gates.py": GATES})}, "zipdir.zip", "lstm.py"),
    "zipzip": ({"zipzip.zip": zipped({"hw.zip": zipped({"lstm.py": RIGHT})})}, "zipzip.zip", "lstm.py"),
    "zipmac": ({"zipmac.zip": zipped({"__MACOSX/._a.py": "x", "a.py": RIGHT})}, "zipmac.zip", "a.py"),
    "zipin": ({"zipin/hw.zip": zipped({"lstm.py": RIGHT}), "zipin/report.pdf": REPORT}, "zipin", "lstm.py"),
    "tgz": ({"tgz.tar.gz": tarred({"hw/lstm.py": RIGHT})}, "tgz.tar.gz", "lstm.py"),
    "txz": ({"txz.tar.xz": tarred({"lstm.py": RIGHT}, "xz")}, "txz.tar.xz", "lstm.py"),
    "tar": ({"tar.tar": tarred({"lstm.py": RIGHT}, "")}, "tar.tar", "lstm.py"),
    "김 하나": ({"김 하나.py": RIGHT}, "김 하나.py", "김 하나.py"),
    "yoon": ({"yoon.rar": b"Rar!\x1a\x07\x01\x00"}, "yoon.rar", "closed archive"),
    "seven": ({"seven/hw.7z": b"7z\xbc\xaf"}, "seven", "closed archive"),
    "oh": ({"oh.pdf": REPORT}, "oh.pdf", "no python"),
    "prose": ({"prose.txt": "I could not do it.\nfrom here on I had no time\n"}, "prose.txt", "no python"),
    "photo": ({"photo/IMG_1.jpg": b"\xff\xd8\xff"}, "photo", "no python"),
    "nothing": ({"nothing/": b""}, "nothing", "empty folder"),
    "zipped nothing": ({"zipped nothing.zip": zipped({"report.pdf": REPORT})}, "zipped nothing.zip", "no python"),
    "cut": ({"cut.zip": zipped({"lstm.py": RIGHT})[:200]}, "cut.zip", "broken archive"),
    "bomb": ({"bomb.tar.gz": tarred({"x": bytes(300 * 2**20)})}, "bomb.tar.gz", "too large"),
    "binary": ({"binary.py": b"\x00\x01\x02"}, "binary.py", "binary.py"),
    "long": ({"long.py": "#" * (9 * 2**20)}, "long.py", "too large"),
    "two": ({"two/a.py": RIGHT, "two/b.py": RIGHT.replace("row", "line")}, "two", "several define"),
    "split": ({"split/a.py": RIGHT, "split/b.py": "class GRU:\n    pass\n"}, "split", "several define"),
    "neither": ({"neither/a.py": "x = 1\n", "neither/b.py": "y = 1\n"}, "neither", "many files"),
}
"""By id: what lies in the class's folder, the row that it has, and which file is run or the key of why none is."""
