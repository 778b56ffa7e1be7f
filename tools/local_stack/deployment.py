"""Builds the real template with SAM and deploys it into the emulator."""

import hashlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from tools.local_stack import emulator
from tools.local_stack.place import BUILD, REPOSITORY, TOOLS, Place, exclusive
from tools.local_stack.progress import StepFailed, run, step

STACK = "inbox-recipes"
SAM = TOOLS / "sam" / "bin" / "sam"
# MiniStack takes these for the owner of the account. Only the functions' roles are held to policies.
OWNER = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
SOURCES = ("template.yaml", "samconfig.toml", "requirements-ministack.txt", "functions", "layers")
LAYERS = ("VendorLayer", "CoreLayer")
"""Those of every function."""
LAYERS_OF_ITS_OWN = {"api": ("HolidaysLayer",)}
# Halves a cold start: Lambda cannot write byte code. It is found valid whatever a zip does to times.
BYTE_CODE = (sys.executable, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash")
BUILT_FROM = "built_from"
START_AFRESH = (
    "A stack from an earlier version was kept, and not every change can be made to a stack that is there. "
    "To start afresh, without its mentions and recipes: make down, then rm -r {folder}"
)


def fingerprint() -> str:
    """A digest of everything that a deployment is made of."""
    digest = hashlib.sha256(" ".join(_parameters()).encode())
    for name in SOURCES:
        root = REPOSITORY / name
        for file in sorted(root.rglob("*")) if root.is_dir() else [root]:
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(str(file.relative_to(REPOSITORY)).encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()


def build() -> Path:
    """Build the functions and layers for this machine; nothing to do when the sources are the same."""
    with exclusive(BUILD.with_suffix(".lock")):
        sources = fingerprint()
        built_from = BUILD / BUILT_FROM
        if built_from.exists() and built_from.read_text() == sources:
            return BUILD
        with step("sam build: functions and layers"):
            command: list[str | Path] = [SAM, "build", "--build-dir", BUILD, *_local_settings()]
            run(command, REPOSITORY, _environment())
            run([*BYTE_CODE, *(BUILD / layer for layer in LAYERS)], REPOSITORY, _environment())
            built_from.write_text(sources)
    return BUILD


def deploy(place: Place, port: int, parameters: Sequence[str]) -> None:
    """Build, then deploy with SAM what was built, with these parameters beside the usual."""
    sources = fingerprint()
    template = build() / "template.yaml"
    with step(f"sam deploy: {STACK} into MiniStack"):
        command: list[str | Path] = [
            SAM,
            "deploy",
            "--template-file",
            template,
            *_local_settings(),
            *parameters,
        ]
        environment = _environment() | OWNER | {"AWS_ENDPOINT_URL": emulator.endpoint(port)}
        try:
            run(command, REPOSITORY, environment)
        except StepFailed as failed:
            if not place.deployed.exists():
                raise
            raise StepFailed(f"{failed}\n{START_AFRESH.format(folder=place.folder)}") from failed
    place.deployed.write_text(sources)


def is_current(place: Place) -> bool:
    """Whether the sources are those that were deployed last."""
    return place.deployed.exists() and place.deployed.read_text() == fingerprint()


def _local_settings() -> list[str]:
    settings = ["--config-file", str(REPOSITORY / "samconfig.toml"), "--config-env", "local"]
    return [*settings, "--parameter-overrides", *_parameters()]


def _parameters() -> list[str]:
    return [
        "Stage=local",
        f"Architecture={emulator.architecture()}",
        # A webhook receiver on this machine may be called; on AWS the template refuses this.
        "WebhookAllowedNetworks=127.0.0.0/8",
    ]


def _environment() -> dict[str, str]:
    """The developer's own, less anything that points SAM at a real account."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    # SAM looks for the runtime's interpreter by name on PATH: .venv has one.
    path = f"{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}"
    return kept | {
        "PATH": path,
        "SAM_CLI_TELEMETRY": "0",
        "AWS_DEFAULT_REGION": emulator.REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }
