"""Makes a stack hold a rule book: directory, schedules, saved filters, recipes and their order.

Every entry has an id of its own and goes in by that id, so applying a rule book twice changes
nothing and makes no second copy. Entries that the rule book does not name are left alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from tools.api_client import Api, Json

# In the order in which later ones refer to earlier ones.
ROUTES = {
    "topics": "/topics",
    "schedules": "/schedules",
    "roles": "/roles",
    "teams": "/teams",
    "users": "/users",
    "categories": "/categories",
    "saved_filters": "/saved-filters",
    "responses": "/responses",
    "recipes": "/recipes",
}
# What a recipe means when it does not say: stored `hours` must not outlive a line taken out.
RECIPE_DEFAULTS = {"filter": None, "hours": {"when": "always"}, "mode": "disabled"}
# What the API stores where an entry says nothing: no difference either.
FILLED_IN = {"mode": "all", "method": "POST", "content_type": "application/json", "days": 7}


def load(path: Path, placeholders: dict[str, str]) -> dict[str, list[Json]]:
    """The rule book of a YAML file, every kind and recipe complete; `{{name}}` gives way to its value."""
    text = path.read_text(encoding="utf-8")
    for name, value in placeholders.items():
        text = text.replace(f"{{{{{name}}}}}", value)
    book: dict[str, list[Json]] = yaml.safe_load(text)
    none: dict[str, list[Json]] = {kind: [] for kind in ROUTES}
    return {**none, **book, "recipes": [{**RECIPE_DEFAULTS, **recipe} for recipe in book["recipes"]]}


def apply(api: Api, book: dict[str, list[Json]]) -> Iterator[str]:
    """Create, replace or leave alone each entry, then order the recipes; a line for each kind."""
    for kind, route in ROUTES.items():
        if not book[kind]:
            continue
        did = Counter(_put(api, f"{route}/{entry['id']}", entry) for entry in book[kind])
        counts = ", ".join(f"{count} {what}" for what, count in did.items())
        yield f"{kind.replace('_', ' ')}: {counts}"
    present, etag = api.read("/recipes/order") or ({"order": []}, "*")
    ours = [recipe["id"] for recipe in book["recipes"]]
    order = ours + [id_ for id_ in present["order"] if id_ not in ours]
    if order == present["order"]:
        yield "order: unchanged"
    else:
        api.call("PUT", "/recipes/order", {"order": order}, headers={"If-Match": etag})
        yield "order: set"


def _put(api: Api, path: str, entry: Json) -> str:
    """Create or replace the entry at `path`; says which, or that nothing differs."""
    body = {key: value for key, value in entry.items() if key != "id"}
    stored = api.read(path)
    if stored is None:
        api.call("PUT", path, body, headers={"If-None-Match": "*"})
        return "created"
    if all(same(value, stored[0].get(key)) for key, value in body.items()):
        return "unchanged"
    api.call("PUT", path, body, headers={"If-Match": stored[1]})
    return "replaced"


def same(wanted: Any, stored: Any) -> bool:
    """Equal but for keys that say nothing (null, false, empty), or what the API fills in."""
    if isinstance(wanted, dict) and isinstance(stored, dict):
        given = {**{key: value for key, value in FILLED_IN.items() if key in stored}, **wanted}
        return all(same(given.get(key), stored.get(key)) for key in given.keys() | stored.keys())
    if isinstance(wanted, list) and isinstance(stored, list):
        return len(wanted) == len(stored) and all(map(same, wanted, stored))
    return bool(wanted == stored or (not wanted and not stored))
