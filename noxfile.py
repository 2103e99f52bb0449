"""``nox -s versions``: the claims under each torch of versions/environments.py, recorded, each in its own environment.

    nox -s versions                            all of them
    nox -s versions -- 1.13.1 2.15.0           these (any release of torch)
    nox -s versions -- path/or/url/of.whl      a wheel
    nox -s versions -- 2.13.0 --claim lstm/    options go to pytest

Environments are kept and used again (``--envdir`` says where: a torch with CUDA takes 5 GB). One that fails does not
stop the others; nox ends with a line for each. Records go to versions/records/, or to the folder in ``RECORDS``.
"""

from __future__ import annotations

import functools
import glob
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nox

sys.path.insert(0, str(Path(__file__).parent))
from versions.environments import ENVIRONMENTS, SEEDS, Environment, find, label

nox.options.sessions = ["versions"]
nox.options.default_venv_backend = "venv"

RECORDS = os.environ.get("RECORDS", "versions/records")
CUDA = "import torch; print('cuda' if torch.cuda.is_available() else 'cpu')"


@nox.session(venv_backend="none")
def versions(session: nox.Session) -> None:
    """Queue a session for each torch that is asked for, and the table after them."""
    wanted = [word for word in session.posargs if _names_a_torch(word)]
    options = [word for word in session.posargs if word not in wanted]
    for torch in wanted or [row.torch for row in ENVIRONMENTS]:
        session.notify(find(torch).session, options)
    session.notify("table", [])


@nox.session(venv_backend="none", default=False)
def table(session: nox.Session) -> None:
    """The table of all records; needs where nox runs what requirements.txt has."""
    files = sorted(glob.glob(f"{RECORDS}/*.json"))
    session.run(sys.executable, "-m", "versions", "table", *files, external=True)


def _names_a_torch(word: str) -> bool:
    return word[:1].isdigit() or word.partition("#")[0].endswith(".whl")


def _run(session: nox.Session, environment: Environment) -> None:
    """Install one torch with what goes with it, and record the claims under every run seed."""
    session.log(f"torch {label(environment.torch)}: {environment.reason}")
    session.install(*environment.packages, "-r", "requirements.txt")
    device = session.run("python", "-c", CUDA, silent=True).split()[-1]
    os.makedirs(RECORDS, exist_ok=True)
    for number, seed in enumerate(SEEDS, 1):
        file = f"{RECORDS}/torch-{label(environment.torch)}-{device}-seed{seed}.json"
        session.log(f"run {number} of {len(SEEDS)}: {file}")
        # 1: some claim does not hold there, which is a result; whatever else is a failure of this session.
        arguments = ["claims/", "--device", device, "--seed", str(seed), "--record", file, *session.posargs]
        session.run("python", "-m", "pytest", *arguments, success_codes=[0, 1])


def _interpreter(version: str) -> str:
    """Python ``version``; pyenv's own where its shim is not switched on for it."""
    try:
        subprocess.run([f"python{version}", "-V"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        root = os.environ.get("PYENV_ROOT", os.path.expanduser("~/.pyenv"))
        found = sorted(glob.glob(f"{root}/versions/{version}.*/bin/python"))
        return found[-1] if found else version
    return shutil.which(f"python{version}") or version


def _register(environment: Environment) -> None:
    """A session of its own for each torch, so that nox names its environment, uses it again, and sums up."""
    python = _interpreter(environment.python)
    run = functools.partial(_run, environment=environment)
    functools.update_wrapper(run, _run)
    nox.session(run, python=python, reuse_venv=True, name=environment.session, default=False)


def _asked() -> list[str]:
    """The versions and wheels after ``--``: nox knows no session that is made later than this file is read."""
    words = sys.argv[sys.argv.index("--") + 1 :] if "--" in sys.argv else []
    return [word for word in words if _names_a_torch(word)]


try:
    ROWS = {row.session: row for row in (*ENVIRONMENTS, *map(find, _asked()))}
except ValueError as error:
    sys.exit(f"nox: {error}")
for row in ROWS.values():
    _register(row)
