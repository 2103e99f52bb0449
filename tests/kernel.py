"""A real kernel for the tests of the notebook: cells are sent as a front end sends them, outputs come back."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path

import psutil
from jupyter_client.manager import KernelManager

from tests.places import PROJECT, python_path

LIMIT = 300.0


class Kernel:
    """``run(text)`` as often as wanted; ``close()`` at the end."""

    def __init__(self, folder: Path = PROJECT, **environment: str) -> None:
        self.manager = KernelManager(kernel_name="python3")
        self.folder, self.environment = str(folder), environment
        self.manager.start_kernel(
            cwd=self.folder, env={**os.environ, "PYTHONPATH": python_path(PROJECT), **environment}
        )
        self._connect()

    def _connect(self) -> None:
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=LIMIT)

    @property
    def process(self) -> psutil.Process:
        return psutil.Process(self.manager.provisioner.pid)

    def send(self, text: str, cell: str | None = None) -> str:
        """The message's id. cell: the cell's, as JupyterLab and VS Code send it."""
        content = {"code": text, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False}
        message = self.client.session.msg("execute_request", {**content, "stop_on_error": False})
        message["metadata"] = {"cellId": cell} if cell else {}
        self.client.shell_channel.send(message)
        return message["header"]["msg_id"]

    def run(self, text: str, cell: str | None = None) -> str:
        """What stands below the cell in the end: texts, cards as text, names of exceptions."""
        return self.wait(self.send(text, cell))

    def wait(self, sent: str) -> str:
        shown: list[str] = []
        places: dict[str, int] = {}
        while True:
            message = self.client.get_iopub_msg(timeout=LIMIT)
            if message["parent_header"].get("msg_id") != sent:
                continue
            kind, content = message["msg_type"], message["content"]
            if kind == "status" and content["execution_state"] == "idle":
                return "\n".join(shown)
            text = {
                "stream": content.get("text"),
                "error": content.get("ename"),
                "display_data": content.get("data", {}).get("text/plain"),
                "update_display_data": content.get("data", {}).get("text/plain"),
                "execute_result": content.get("data", {}).get("text/plain"),
            }.get(kind)
            if text is None:
                continue
            place = content.get("transient", {}).get("display_id", "")
            if kind == "update_display_data":
                shown[places[place]] = text
            else:
                places[place] = len(shown)
                shown.append(text)

    def judge(self) -> psutil.Process | None:
        """The judge's process, of which there is one at most."""
        found = [one for one in self.process.children() if "grading.notebook" in " ".join(one.cmdline())]
        assert len(found) <= 1
        return found[0] if found else None

    def restart(self) -> None:
        self.client.stop_channels()
        self.manager.restart_kernel(now=True)
        self._connect()

    def close(self) -> None:
        self.client.stop_channels()
        with contextlib.suppress(RuntimeError):
            self.manager.shutdown_kernel(now=True)


def gone(processes: list[psutil.Process], within: float = 15.0) -> bool:
    """Whether all have ended before long."""
    ends = time.monotonic() + within
    while any(one.is_running() and one.status() != psutil.STATUS_ZOMBIE for one in processes):
        if time.monotonic() > ends:
            return False
        time.sleep(0.1)
    return True
