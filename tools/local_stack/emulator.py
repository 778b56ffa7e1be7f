"""Starts and stops MiniStack, and never anybody else's process."""

import contextlib
import os
import platform
import secrets
import signal
import socket
import subprocess
import time
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from tools.local_stack.place import TOOLS, Place
from tools.local_stack.progress import StepFailed

REGION = "eu-west-1"
ACCOUNT = "000000000000"
PYTHON = TOOLS / "ministack" / "bin" / "python"
PROGRAM = Path(__file__).with_name("patched_ministack.py")
READY_WITHIN = 60.0
STOPPED_WITHIN = 60.0


def endpoint(port: int) -> str:
    """Where every AWS service of this stack answers."""
    return f"http://127.0.0.1:{port}"


def port_of(place: Place) -> int:
    """The stack's port: the environment's choice, else the one it had, else a free one."""
    chosen = os.environ.get("GATEWAY_PORT")
    kept = int(place.port.read_text()) if place.port.exists() else None
    if chosen and kept and int(chosen) != kept and running(place):
        raise StepFailed(f"This stack runs on port {kept}; `make down` first, then choose {chosen}.")
    port = int(chosen) if chosen else kept or _free_port()
    place.port.write_text(f"{port}\n")
    return port


def running(place: Place) -> int | None:
    """The process id of this stack's MiniStack; None when it does not run."""
    if not place.pid.exists():
        return None
    pid = int(place.pid.read_text())
    return pid if _is_ours(pid, place) else None


def start(place: Place, port: int) -> None:
    """Start MiniStack on the kept state, and come back when it answers."""
    if _listening(port):
        raise StepFailed(f"Port {port} is taken by another program; choose one with GATEWAY_PORT.")
    _remove_meanwhile(emptied(place.scratch))
    with place.log.open("w") as log:
        started = subprocess.Popen(
            [PYTHON, "-P", PROGRAM, str(place.folder)],
            cwd=place.folder,
            env=_environment(place, port),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    place.pid.write_text(f"{started.pid}\n")
    deadline = time.monotonic() + READY_WITHIN
    while not _answers(port):
        if started.poll() is not None or time.monotonic() > deadline:
            raise StepFailed(f"MiniStack did not start; see {place.log}\n{_tail(place.log)}")
        time.sleep(0.1)


def emptied(scratch: Path) -> list[Path]:
    """An empty folder at once; gives what was in it, now or when a removal was broken off, under other names.

    Unpacked layers are thousands of files: on a slow disk their removal takes half a minute.
    """
    if scratch.exists():
        scratch.rename(scratch.with_name(f"{scratch.name}-{secrets.token_hex(4)}"))
    scratch.mkdir(parents=True)
    return sorted(scratch.parent.glob(f"{scratch.name}-*"))


def _remove_meanwhile(folders: list[Path]) -> None:
    """Remove folders beside everything else, also after this program has ended."""
    command = ["sh", "-c", 'rm -rf "$@" >/dev/null 2>&1 </dev/null &', "sh", *map(str, folders)]
    subprocess.run(command, check=True, start_new_session=True)


def stop(place: Place, pid: int) -> None:
    """Ask MiniStack to stop and wait for it: it writes its state on the way out."""
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + STOPPED_WITHIN
    while _is_ours(pid, place):
        if time.monotonic() > deadline:
            raise StepFailed(f"MiniStack (process {pid}) is still saving its state; see {place.log}")
        time.sleep(0.1)
    place.pid.unlink()
    # A function that was in the middle of something would go on, and find the next MiniStack.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


def architecture() -> str:
    """This machine's processor, in Lambda's words."""
    return "arm64" if platform.machine() in {"arm64", "aarch64"} else "x86_64"


def _environment(place: Place, port: int) -> dict[str, str]:
    """All that MiniStack sees; the functions inherit it, so nothing of the developer's is in it."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(place.scratch),
        "TMPDIR": str(place.scratch),
        "LANG": "C.UTF-8",
        "AUTH": "true",  # the template's IAM policies hold (R22)
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "MINISTACK_REGION": REGION,
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "PERSIST_STATE": "1",
        "STATE_DIR": str(place.state),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(place.state / "s3"),
        # Two listeners that nothing here speaks to, on ports of their own.
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
    }


def _answers(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/_ministack/ready")
        return connection.getresponse().status == HTTPStatus.OK
    except (HTTPException, OSError):
        return False
    finally:
        connection.close()


def _listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _free_port() -> int:
    """A port below those that systems lend to clients, so that it is free next time too."""
    while _listening(port := 20000 + secrets.randbelow(10000)):
        pass
    return port


def _is_ours(pid: int, place: Place) -> bool:
    """Whether the process runs our program for this folder: a pid alone may be anybody's."""
    shown = Path(f"/proc/{pid}/cmdline")
    if Path("/proc/self/cmdline").exists():
        command = shown.read_bytes().decode().split("\0") if shown.exists() else []
    else:
        asked = ["ps", "-o", "command=", "-p", str(pid)]
        command = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.split()
    return str(PROGRAM) in command and str(place.folder) in command


def _tail(file: Path) -> str:
    return "\n".join(file.read_text().splitlines()[-20:])
