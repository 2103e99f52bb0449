"""How a worker is started, and what protects the judge from it here: bubblewrap where it works, else a keeper."""

from __future__ import annotations

import ctypes.util
import functools
import os
import random
import shutil
import site
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from submissions.inside.arithmetic import CUBLAS

ROOT = Path(__file__).resolve().parent.parent
BESIDE_ROOT = "/judge"
FOLDER = "/submission"
NOBODY = "worker"
"""The name of a worker's user."""

TO_BECOME_ANOTHER = sum(1 << right for right in (0, 1, 5, 6, 7))
"""Linux' CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_KILL, CAP_SETGID and CAP_SETUID."""

LEAST_MEMORY = 512
"""MiB. A right LSTM takes 24 beyond torch's own; but a worker that is not forked holds 170 of torch's from its start,
more where that was built with CUDA, and a look at the limits counts them."""


@dataclass(frozen=True)
class Limits:
    """What one worker may use. cpu: seconds for each call (wall time: three times that, and longer for one that
    computes all the while on a machine that others use, too). memory, file_size: MiB.

    output: bytes that it may print in a case. processes: threads count too.
    """

    cpu: float = 10.0
    memory: int = 4096
    file_size: int = 64
    output: int = 4 * 2**20
    processes: int = 64

    @property
    def wall(self) -> float:
        """The backstop for a call that sleeps or waits, in seconds."""
        return self.cpu * 3


@dataclass(frozen=True)
class Protections:
    """What holds for workers started here. bubblewrap: own file system, network, processes."""

    bubblewrap: bool
    keeper: bool
    other_user: bool
    resource_limits: bool

    def lacking(self) -> list[str]:
        """Keys of what is not protected: files, network, processes, user, limits."""
        found = []
        if not self.bubblewrap:
            found += ["files", "network"]
            found += [] if self.keeper else ["processes"]
        if not (self.bubblewrap or self.other_user):
            found.append("user")
        return found if self.resource_limits else [*found, "limits"]


@functools.lru_cache(maxsize=1)
def protections() -> Protections:
    """Found out once, by trying."""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    bubblewrap = _bubblewrap_works()
    return Protections(
        bubblewrap=bubblewrap,
        keeper=sys.platform == "linux",
        # Behind bubblewrap the folders above Python are made anew, readable to all.
        other_user=is_root and (bubblewrap or (_may_become_another() and all(map(_others_read, _of_python())))),
        resource_limits=os.name == "posix",
    )


def root() -> str:
    """The folder from which a worker imports ``submissions``."""
    return BESIDE_ROOT if protections().bubblewrap else str(ROOT)


def command(*, device: str) -> list[str]:
    """The command line of a worker."""
    worker = [sys.executable, "-I", f"{root()}/submissions/inside/worker.py", root()]
    if protections().bubblewrap:
        return [*bubblewrap(device), *worker]
    if protections().keeper:
        return [sys.executable, "-I", "-S", str(ROOT / "submissions" / "inside" / "keeper.py"), *worker]
    return worker


def environment(device: str) -> dict[str, str]:
    """A clean one: nothing of the judge's variables but what a process needs to start.

    device: a worker that computes on the CPU sees no GPU, as on a machine that has none: what is judged there must not
    depend on what else the machine has, nor take its memory.
    """
    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "CUDA_VISIBLE_DEVICES") if name in os.environ}
    if device == "cpu":
        kept["CUDA_VISIBLE_DEVICES"] = ""
    elif folders := driver_folders():
        kept["LD_LIBRARY_PATH"] = os.pathsep.join(folders)
    home = FOLDER if protections().bubblewrap else tempfile.gettempdir()
    fixed = {
        **allocator(),
        **CUBLAS,
        # torch asks for the user's name (torch 2.11: at the first optimizer step), and a worker's user has none.
        "USER": NOBODY,
        "LOGNAME": NOBODY,
        "PATH": os.defpath,
        "HOME": home,
        "TMPDIR": home,
        "LC_ALL": "C.UTF-8",
        "PYTHONIOENCODING": "utf-8:backslashreplace",
    }
    return {**kept, **fixed, "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}


@functools.lru_cache(maxsize=1)
def allocator() -> dict[str, str]:
    """The variable that puts jemalloc in malloc's place, where Linux has it (Debian: libjemalloc2); else empty.

    A loop over time steps makes and lets go of small tensors by the thousand: with it, a quarter less time. torch's own
    tuning guide advises it. No number changes.
    """
    found = ctypes.util.find_library("jemalloc") if sys.platform == "linux" else None
    return {"LD_PRELOAD": found} if found else {}


def driver_folders() -> list[str]:
    """Where CUDA's driver lies that is found by a variable alone, as on Colab (/usr/lib64-nvidia)."""
    named = os.environ.get("LD_LIBRARY_PATH", "").split(os.pathsep)
    return [folder for folder in named if os.path.isabs(folder) and any(Path(folder).glob("libcuda.so*"))]


def unprivileged_user() -> int:
    """A user id that nobody has, another one for each worker, so that limits on processes are its own."""
    return random.SystemRandom().randrange(200_000, 2_000_000) if protections().other_user else 0


def bubblewrap(device: str) -> list[str]:
    """The command line of a sandbox, but for the program in it."""
    line = ["bwrap", "--die-with-parent", "--new-session", "--unshare-pid", "--unshare-net", "--unshare-ipc"]
    line += ["--unshare-uts", "--unshare-cgroup-try", "--hostname", "worker", "--proc", "/proc", "--dev", "/dev"]
    if os.geteuid() == 0:
        # Real root makes the mounts and gives the worker just what it needs to become another user.
        line += ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        line += ["--unshare-user"]
    # First, for what is bound below may itself lie in /tmp.
    line += ["--perms", "0777", "--size", str(256 * 2**20), "--tmpfs", FOLDER]
    line += ["--perms", "1777", "--size", str(64 * 2**20), "--tmpfs", "/tmp"]
    # --dev brings one that may grow to half the machine's memory.
    line += ["--perms", "1777", "--size", str(64 * 2**20), "--tmpfs", "/dev/shm"]
    for folder in ("/usr", "/etc/alternatives", "/etc/ld.so.cache", "/etc/localtime"):
        if os.path.exists(folder):
            line += ["--ro-bind", folder, folder]
    for link in ("/bin", "/sbin", "/lib", "/lib32", "/lib64"):
        if os.path.islink(link):
            line += ["--symlink", os.readlink(link), link]
        elif os.path.isdir(link):
            line += ["--ro-bind", link, link]
    for folder in _of_python():
        line += [*_parents(folder), "--ro-bind", folder, folder]
    if device == "cuda":
        line += _of_the_gpu()
    judge = f"{BESIDE_ROOT}/submissions"
    line += [*_parents(judge), "--ro-bind", str(ROOT / "submissions"), judge]
    # What holds the mount points is memory too.
    return [*line, "--remount-ro", "/", "--remount-ro", "/dev", "--chdir", FOLDER, "--"]


def _of_the_gpu() -> list[str]:
    """Its device files (dxg: in WSL), the driver where that lies elsewhere, and what the driver reads of the system:
    without /sys it does not start (CUDA error 304)."""
    nodes = sorted(str(node) for pattern in ("nvidia*", "dxg") for node in Path("/dev").glob(pattern))
    line = [word for node in nodes for word in ("--dev-bind", node, node)]
    for folder in ("/sys", *driver_folders()):
        line += [] if folder.startswith("/usr/") else [*_parents(folder), "--ro-bind", folder, folder]
    return line


def _parents(folder: str) -> list[str]:
    # bubblewrap makes the folders above a mount readable to their owner alone, and the worker becomes another user.
    above = [str(path) for path in reversed(Path(folder).parents)][1:]
    return [word for path in above for word in ("--perms", "0755", "--dir", path)]


def _of_python() -> list[str]:
    """The folders of this Python and its packages, not the project around them; none inside another or in /usr."""
    wanted = {sys.prefix, sys.base_prefix, *site.getsitepackages()}
    if site.ENABLE_USER_SITE:
        wanted.add(site.getusersitepackages())
    found: list[str] = []
    for folder in sorted({os.path.realpath(path) for path in wanted} | {sys.prefix}):
        inside = any(folder == other or folder.startswith(f"{other}/") for other in [*found, "/usr"])
        if os.path.isdir(folder) and not inside:
            found.append(folder)
    return found


def _may_become_another() -> bool:
    """Whether this root may hand a folder to another user, enter it, become that user and end what it runs. In a
    container root may have none of these rights (--cap-drop)."""
    try:
        status = Path("/proc/thread-self/status").read_text("ascii")
    except OSError:  # no Linux: root has them all
        return True
    held = int(next(line for line in status.splitlines() if line.startswith("CapEff")).split()[1], 16)
    return held & TO_BECOME_ANOTHER == TO_BECOME_ANOTHER


def _others_read(folder: str) -> bool:
    path = Path(folder).resolve()
    return all(part.stat().st_mode & 0o005 == 0o005 for part in (path, *path.parents))


def _bubblewrap_works() -> bool:
    if sys.platform != "linux" or shutil.which("bwrap") is None or os.environ.get("SUBMISSIONS_NO_BUBBLEWRAP"):
        return False
    try:
        tried = subprocess.run(
            [*bubblewrap("cpu"), sys.executable, "-I", "-S", "-c", "pass"],
            capture_output=True,
            timeout=20,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return tried.returncode == 0
