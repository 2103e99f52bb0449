"""Messages between judge and worker: a JSON header and tensors as raw bytes (safetensors). Never pickle."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from typing import Any, BinaryIO

import torch
from safetensors.torch import load, save
from torch import Tensor

LARGEST_MESSAGE = 64 * 2**20
"""Bytes that one message may have, either way."""

LARGEST_ANSWER = 4 * 2**20
"""Bytes of a worker's reply beside its tensors: a submission may write it, and Python reads it piece by piece."""

SIZES = struct.Struct(">II")

COMMON = {torch.float32: "F32", torch.float64: "F64", torch.int64: "I64"}
"""What nearly all tensors are, by safetensors' names."""


class Unreadable(Exception):
    """What came is not a message."""


def send(
    stream: BinaryIO,
    header: Mapping[str, Any],
    tensors: Mapping[str, Tensor] | None = None,
    largest_header: int = LARGEST_MESSAGE,
) -> None:
    """Write one message. Tensors may be on any device and of any strides; they cross as plain CPU tensors."""
    text = json.dumps(header).encode("utf-8")
    blob = _blob(tensors) if tensors else b""
    if trouble := _too_large(len(text), len(blob), largest_header):
        raise ValueError(trouble)
    stream.write(SIZES.pack(len(text), len(blob)) + text + blob)
    stream.flush()


def receive(stream: BinaryIO, largest_header: int = LARGEST_MESSAGE) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """Read one message. Raises EOFError at the end of the stream, Unreadable for anything that is not a message."""
    text_size, blob_size = SIZES.unpack(_exactly(stream, SIZES.size))
    if trouble := _too_large(text_size, blob_size, largest_header):
        raise Unreadable(trouble)
    text, blob = _exactly(stream, text_size), _exactly(stream, blob_size)
    try:
        header = json.loads(text)
        tensors = load(blob) if blob else {}
    # What the other side sends may be anything: whatever a parser raises for it means that it can't be read.
    except Exception as error:
        raise Unreadable(f"{type(error).__name__}: {error}") from None
    if not isinstance(header, dict):
        raise Unreadable("the header is not an object")
    return header, tensors


def _too_large(text: int, blob: int, largest_header: int) -> str:
    if text > largest_header:
        return f"{text} bytes beside the tensors; {largest_header} are allowed"
    return f"a message of {text + blob} bytes; {LARGEST_MESSAGE} are allowed" if text + blob > LARGEST_MESSAGE else ""


def _blob(tensors: Mapping[str, Tensor]) -> bytes:
    """The tensors as a safetensors file. Raises what torch raises where one is not dense or has no numbers."""
    plain = {name: tensor.detach().as_subclass(torch.Tensor).cpu() for name, tensor in tensors.items()}
    if any(tensor.dtype not in COMMON or tensor.layout != torch.strided for tensor in plain.values()):
        # A copy each: safetensors refuses tensors that share memory, and a view would bring its whole storage.
        return save({name: tensor.clone(memory_format=torch.contiguous_format) for name, tensor in plain.items()})
    # The format written out, for safetensors' own way takes longer than most calls of a network:
    # https://github.com/huggingface/safetensors#format
    header: dict[str, Any] = {}
    parts, end = [], 0
    for name, tensor in plain.items():
        parts.append(tensor.resolve_neg().numpy().tobytes())
        start, end = end, end + len(parts[-1])
        header[name] = {"dtype": COMMON[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [start, end]}
    text = json.dumps(header).encode("utf-8")
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text + b"".join(parts)


def _exactly(stream: BinaryIO, size: int) -> bytes:
    found = b""
    while len(found) < size:
        more = stream.read(size - len(found))
        if not more:
            raise EOFError
        found += more
    return found
