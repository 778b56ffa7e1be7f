"""Where everything of one local stack is kept.

The developer's stack lives in .local; INBOX_RECIPES_LOCAL names another folder, and so another
stack beside it, as the end-to-end tests do.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
TOOLS = REPOSITORY / ".tools"
BUILD = REPOSITORY / ".aws-sam" / "local"


@dataclass(frozen=True)
class Place:
    """The folder of one local stack, and the files in it."""

    folder: Path

    @property
    def state(self) -> Path:
        """What MiniStack writes when it stops and reads when it starts."""
        return self.folder / "state"

    @property
    def scratch(self) -> Path:
        """Unpacked functions and other things that no restart needs."""
        return self.folder / "scratch"

    @property
    def log(self) -> Path:
        """What MiniStack and the functions print."""
        return self.folder / "ministack.log"

    @property
    def port(self) -> Path:
        """The port of this stack: the same one on every start."""
        return self.folder / "port"

    @property
    def pid(self) -> Path:
        """The process id of the running MiniStack."""
        return self.folder / "pid"

    @property
    def deployed(self) -> Path:
        """Fingerprint of the sources that are deployed."""
        return self.folder / "deployed"

    @property
    def stack_file(self) -> Path:
        """What a client needs to speak to the stack."""
        return self.folder / "stack.json"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Only one command at a time starts, stops or deploys this stack."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with exclusive(self.folder / "lock"):
            yield


@contextmanager
def exclusive(file: Path) -> Iterator[None]:
    """Hold a lock file; whoever comes second waits."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def current() -> Place:
    """The stack that the environment names, else the developer's."""
    return Place((REPOSITORY / os.environ.get("INBOX_RECIPES_LOCAL", ".local")).resolve())
