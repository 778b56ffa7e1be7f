"""The account's settings: there from the start, changed by merge patch."""

from inbox_recipes.account import ACCOUNT_ID, Account
from inbox_recipes.configuration import KINDS, Stored
from inbox_recipes.http.members import editor, shown
from inbox_recipes.http.request import Answer, Request, read, versioned

ACCOUNT = KINDS["account"]


def get(request: Request) -> Answer:
    """The settings as they are now."""
    found = request.services.configuration.of_kind("account")
    if found:
        return read(request, _shown(found[0]), found[0].version)
    unchanged = {**Account().model_dump(mode="json"), "version": 0, "by": None, "date": None}
    return read(request, unchanged, 0)


def patch(request: Request) -> Answer:
    """Change what the merge patch names; `null` brings a default back."""
    seen = request.seen()
    stored = editor(request).patch(ACCOUNT, ACCOUNT_ID, request.json(), seen)
    return versioned(_shown(stored), stored.version)


def _shown(stored: Stored) -> dict[str, object]:
    return {name: value for name, value in shown(stored).items() if name != "id"}
