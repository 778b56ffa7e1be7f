"""Commands: python -m tools.local_stack up|down|status|env."""

import argparse
import sys

from tools.local_stack import lifecycle
from tools.local_stack.progress import StepFailed

COMMANDS = {
    "up": lifecycle.up,
    "down": lifecycle.down,
    "status": lifecycle.status,
    "env": lifecycle.settings,
}


def main() -> int:
    """Run one command; a failed step is told in its own words."""
    parser = argparse.ArgumentParser(prog="tools.local_stack", description=lifecycle.__doc__)
    parser.add_argument("command", choices=COMMANDS)
    try:
        COMMANDS[parser.parse_args().command]()
    except StepFailed as failed:
        sys.stderr.write(f"{failed}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
