"""Import time and size of each function, as Lambda sees them: `python -m tools.bench_imports`.

Time is what the processor works, so that a busy machine does not count: the median of several whole
processes that import the handler's module from what SAM built, less the same for an empty process.
Size is the function with its layers, unzipped; boto3 is Lambda's own and does not count. Ends with 1
when a function misses its goal.
"""

import os
import resource
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median

from tools.local_stack import deployment
from tools.local_stack.emulator import PYTHON, REGION
from tools.local_stack.progress import StepFailed

RUNS = 9
MILLISECONDS, MEGABYTES = 250, 25
GOALS = ("evaluator", "ingest", "executor")
# boto3 asks for a region when a client is made; nothing is called.
SETTINGS = {
    "PYTHONDONTWRITEBYTECODE": "1",  # Lambda's disk is read-only
    "AWS_DEFAULT_REGION": REGION,
    "PYDANTIC_DISABLE_PLUGINS": "__all__",
    "POWERTOOLS_METRICS_NAMESPACE": "bench",
    "POWERTOOLS_SERVICE_NAME": "bench",
}


def milliseconds(code: str, folders: list[Path]) -> float:
    """How long a statement takes in a process of its own, beyond what the process takes."""
    environment = SETTINGS | {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(map(str, folders))}
    with tempfile.TemporaryDirectory() as empty:
        worked = _median(lambda: _run(code, Path(empty), environment))
        nothing = _median(lambda: _run("pass", Path(empty), environment))
    return (worked - nothing) * 1000


def megabytes(folders: list[Path]) -> float:
    """The size of what is unpacked beside each other."""
    files = (file for folder in folders for file in folder.rglob("*"))
    return sum(file.stat().st_size for file in files if file.is_file()) / 1_000_000


def _run(code: str, folder: Path, environment: Mapping[str, str]) -> None:
    # The emulator's interpreter: it has boto3, as Lambda's runtime has, and the functions run in it.
    ended = subprocess.run(
        [PYTHON, "-c", code], cwd=folder, env=dict(environment), capture_output=True, text=True, check=False
    )
    if ended.returncode:
        raise StepFailed(f"{code}\n{ended.stderr}")


def _median(action: Callable[[], None]) -> float:
    action()  # once for the disk
    taken = []
    for _ in range(RUNS):
        began = _worked()
        action()
        taken.append(_worked() - began)
    return median(taken)


def _worked() -> float:
    """Seconds that the processor has worked for the processes that this one started."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Print a table, with boto3 alone as the measure of the machine."""
    build = deployment.build()
    boto3 = milliseconds("import boto3", [])
    print(f"{'function':<12}{'import, ms':>12}{'x boto3':>10}{'size, MB':>10}   goal")
    print(f"{'boto3 alone':<12}{boto3:>12.0f}{1:>10.1f}{'':>10}   none")
    for function in ("api", *GOALS):
        own = build / f"{function.capitalize()}Function"
        layers = (*deployment.LAYERS, *deployment.LAYERS_OF_ITS_OWN.get(function, ()))
        folders = [own, *(build / layer for layer in layers)]
        taken = milliseconds("import app", [own, *(folder / "python" for folder in folders[1:])])
        size = megabytes(folders)
        kept = taken <= MILLISECONDS and size <= MEGABYTES
        goal = f"{MILLISECONDS} ms, {MEGABYTES} MB: {'kept' if kept else 'MISSED'}"
        shown = goal if function in GOALS else "none"
        print(f"{function:<12}{taken:>12.0f}{taken / boto3:>10.1f}{size:>10.1f}   {shown}")


if __name__ == "__main__":
    main()
