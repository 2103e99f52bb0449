"""Files as options name them, and writing them: whole or not there."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any


def named(text: str) -> Path:
    """What an option names; raises argparse.ArgumentTypeError for an empty word, as a shell makes it of a variable that
    is not set: the folder one stands in is not meant."""
    if not text.strip():
        raise argparse.ArgumentTypeError("asked for, and empty")
    return Path(text)


def write_bytes(file: Path, data: bytes) -> Path:
    """Write ``file`` whole or not at all, its folder too where it is missing; a link's target, and into a device or a
    pipe such as /dev/stdout, which may not be replaced by a file."""
    if is_device(file):
        with file.open("wb") as stream:
            stream.write(data)
    else:
        write_together({file: data})
    return file


def write_together(files: dict[Path, bytes]) -> None:
    """Write files that belong together, as :func:`write_bytes` does: none is replaced before all have been written."""
    places = {}
    try:
        for file, data in files.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            place = file.resolve()
            part = _part_of(place)
            places[part] = place
            with part.open("wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
        for part, place in places.items():
            os.replace(part, place)
    finally:
        for part in places:
            part.unlink(missing_ok=True)


def try_to_write(file: Path) -> None:
    """Begin ``file`` as the others here do and leave it as it was. Raises OSError where it can't be written."""
    part = _part_of(file.resolve())
    part.open("wb").close()
    part.unlink()


def make_folder(folder: Path) -> None:
    """The folder, where it is missing. Raises OSError, of it, where it can't be made or written into."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        TemporaryFile(dir=folder).close()
    except OSError as error:  # it names a file that nobody has asked for
        raise OSError(error.errno, error.strerror, str(folder)) from None


def _part_of(file: Path) -> Path:
    """What becomes ``file`` once it is whole."""
    return file.with_name(f".{file.name}.{os.getpid()}.part")


def same_file(one: Path, other: Path) -> bool:
    """Whether both names, links followed, are of one file that is there."""
    try:
        return one.samefile(other)
    except OSError:
        return False


def is_device(file: Path) -> bool:
    """Whether the name stands for something to write into that nothing lies beside: a pipe, or what /dev/stdout is."""
    if file.is_relative_to("/dev") and not file.is_relative_to("/dev/shm"):
        return True
    return file.exists() and not file.is_file() and not file.is_dir()


def write_text(file: Path, text: str, encoding: str = "utf-8") -> Path:
    """As :func:`write_bytes`. A lone surrogate, as in a file name that is no UTF-8, is written as ``\\udc80``; that is
    also its JSON."""
    return write_bytes(file, text.encode(encoding, "backslashreplace"))


def write_json(file: Path, data: Any) -> Path:
    """Write ``data`` as JSON that people can read; NaN and infinity are no JSON and raise ValueError."""
    return write_text(file, json.dumps(data, ensure_ascii=False, allow_nan=False, indent=2) + "\n")
