"""Writes docs/openapi.json from the code; with --check, says whether the file still says the same."""

import json
import sys
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
FILE = REPOSITORY / "docs" / "openapi.json"


def text() -> str:
    """The file as it should be."""
    # Found only once main has set the path.
    from inbox_recipes.http.catalog import without_marks  # noqa: PLC0415
    from tools.openapi_document import document  # noqa: PLC0415

    return json.dumps(without_marks(document()), indent=1, ensure_ascii=False) + "\n"


def main(arguments: list[str]) -> int:
    sys.path.insert(0, str(REPOSITORY / "layers" / "core" / "python"))
    if arguments == ["--check"]:
        if FILE.exists() and FILE.read_text(encoding="utf-8") == text():
            return 0
        print("docs/openapi.json does not say what the code says: run `make openapi`.", file=sys.stderr)
        return 1
    if arguments:
        print("usage: python -m tools.openapi [--check]", file=sys.stderr)
        return 2
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(text(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
