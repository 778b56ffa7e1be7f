"""Processes that answer one line for each line they are asked, so that passes can be taken in turn."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from select import select
from typing import Any, NoReturn

ROOT = Path(__file__).parents[3]
PYTHON = ROOT / ".tools" / "peers" / "bin" / "python"
NODE_PACKAGES = ROOT / ".tools" / "peers-npm"
FROM_NPM = ("json-logic-engine", "json-rules-engine")
PATIENCE = 120.0
"""Seconds to wait for a line before a contestant is given up."""


class GaveUp(Exception):
    """A contestant ended, or did not answer in time."""


@dataclass
class Contestant:
    """One engine, or ours, with one rule book: the passes it has run, and what is to be said of it.

    `passes` and `handing` are microseconds a mention: of its work, and of handing the facts to it.
    """

    name: str
    process: "subprocess.Popen[str]"
    remark: str = ""
    passes: list[float] = field(default_factory=list)
    handing: list[float] = field(default_factory=list)

    def get_ready(self) -> None:
        """Wait until it has built its rules and compared its answers. Raises GaveUp."""
        said = self._hear()
        if said["wrong"]:
            self._give_up(f"{len(said['wrong'])} of {said['compared']} wrong: not timed")
        self.remark = f"{said['compared']} agree" if said["compared"] else "the reference"

    def run_pass(self, seconds: float) -> None:
        """Have it work for about so long. Raises GaveUp, also when it has before."""
        if self.process.stdin is None or self.process.poll() is not None:
            raise GaveUp(self.remark)
        self.process.stdin.write(f"{seconds}\n")
        self.process.stdin.flush()
        said = self._hear()
        self.passes.append(said["microseconds"])
        self.handing.append(said["handing"])

    def stop(self) -> None:
        """End its process."""
        self.process.kill()
        self.process.communicate()

    def _hear(self) -> dict[str, Any]:
        out = self.process.stdout
        if out is None or not select([out], [], [], PATIENCE)[0]:
            self._give_up(f"no answer in {PATIENCE:.0f} s")
        line = out.readline()
        if not line:
            self._give_up("failed")
        said: dict[str, Any] = json.loads(line)
        return said

    def _give_up(self, reason: str) -> NoReturn:
        self.remark = reason
        self.process.kill()
        self.process.wait()
        raise GaveUp(f"{self.name}: {reason}")


def peer(name: str, given: Path) -> Contestant:
    """An engine with its rules, facts and the right answers."""
    if name in FROM_NPM:
        return _start(name, ["node", str(Path(__file__).with_name("worker.mjs")), name, str(given)])
    return _start(name, [str(PYTHON), "-m", "tools.bench.peers.worker", name, str(given)])


def ours(name: str, size: int) -> Contestant:
    """One of ours, with a rule book of that size."""
    return _start(name, [sys.executable, "-m", "tools.bench.peers.ours", name, str(size)])


def _start(name: str, command: list[str]) -> Contestant:
    environment = {**os.environ, "PEERS_NODE": str(NODE_PACKAGES)}
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    return Contestant(name, process)
