"""A Python that has the pretended GPU: an environment of its own beside the one that runs the tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import torch

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parents[1]


def missing() -> str:
    """Why there can be none here; the empty word where there can."""
    if sys.platform != "linux":
        return "built for Linux"
    # As PyPI's torch for Linux is: its libraries bring a device of that name of their own.
    if torch.backends.cuda.is_built():
        return "this torch was built with CUDA"
    return "" if shutil.which("g++") else "no g++ here"


def build(folder: Path) -> Path:
    """Compile the device against the torch of this Python, and make the environment; its Python. Takes 15 seconds."""
    venv.create(folder, symlinks=True)
    packages = folder / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    home = Path(torch.__file__).parent
    includes = [home / "include", home / "include" / "torch" / "csrc" / "api" / "include"]
    words = ["g++", "-std=c++20", "-O1", "-shared", "-fPIC", *(f"-I{one}" for one in includes), str(HERE / "cuda.cpp")]
    words += [f"-L{home / 'lib'}", "-lc10", "-ltorch_cpu", "-ltorch", "-o", str(packages / "cuda.so")]
    subprocess.run(words, check=True)
    shutil.copy(HERE / "pretended_gpu.py", packages)
    # First where torch is, then what imports it.
    begin = f"{home.parent}\nimport pretended_gpu; pretended_gpu.begin()\n"
    (packages / "pretended.pth").write_text(begin, encoding="utf-8")
    return folder / "bin" / "python"


def run(python: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """``python -m`` words, in the project. Workers have no bubblewrap: it shows them one environment alone."""
    environment = {**os.environ, "SUBMISSIONS_NO_BUBBLEWRAP": "1", "PYTHONPATH": str(PROJECT), **variables}
    return subprocess.run(
        [str(python), "-m", *words], cwd=PROJECT, env=environment, capture_output=True, text=True, check=False
    )
