"""Writing files that are whole or not there."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any


def write_bytes(file: Path, data: bytes) -> Path:
    """Write ``file`` whole or not at all, its folder too where it is missing."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(part, file)
    finally:
        part.unlink(missing_ok=True)
    return file


def write_text(file: Path, text: str, encoding: str = "utf-8") -> Path:
    """As :func:`write_bytes`. A lone surrogate, as in a file name that is no UTF-8, is written as ``\\udc80``; that is
    also its JSON."""
    return write_bytes(file, text.encode(encoding, "backslashreplace"))


def write_json(file: Path, data: Any) -> Path:
    """Write ``data`` as JSON that people can read; NaN and infinity are no JSON and raise ValueError."""
    return write_text(file, json.dumps(data, ensure_ascii=False, allow_nan=False, indent=2) + "\n")
