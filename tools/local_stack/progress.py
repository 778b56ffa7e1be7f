"""One line per step, while it happens, and how long it took."""

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path


class StepFailed(Exception):
    """A step could not be done; the message says what to look at."""


@contextmanager
def step(what: str) -> Iterator[None]:
    """Say what happens now, and afterwards how long it took."""
    began = time.monotonic()
    sys.stdout.write(f"  ...   {what}\n")
    sys.stdout.flush()
    yield
    sys.stdout.write(f"  done  {what} ({time.monotonic() - began:.1f} s)\n")
    sys.stdout.flush()


def say(line: str) -> None:
    """Say something that took no time."""
    sys.stdout.write(f"  {line}\n")
    sys.stdout.flush()


def run(command: Sequence[str | Path], folder: Path, environment: Mapping[str, str]) -> None:
    """Run a program quietly; when it fails, its whole output is the message."""
    ended = subprocess.run(
        [str(word) for word in command],
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if ended.returncode:
        raise StepFailed(f"{' '.join(str(w) for w in command)}\n{ended.stdout}")
