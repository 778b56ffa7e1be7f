"""Moderation: the record of every act on a platform, what people do about it, and its export as CSV."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from inbox_recipes.errors import InvalidInput, NotFound, Problem
from inbox_recipes.flows.moderating_by_hand import ModerationDecision, Moderator, NewModeration, Objection
from inbox_recipes.http.deliveries import moment
from inbox_recipes.http.inbox import agent, plain
from inbox_recipes.http.paging import listing
from inbox_recipes.http.request import Answer, Request
from inbox_recipes.moderations import STATES, Moderation
from inbox_recipes.validation import validated

FORMATS = ("json", "csv")
CSV = "text/csv"
COLUMNS = (
    "id", "created_at", "what", "state", "reason", "automated", "by_kind", "by_id", "by_name", "by_version",
    "clauses", "found", "text", "note", "unique_id", "topic_id", "service", "profile", "author_id",
    "author_name", "attempts", "due_at", "done_at", "approved_by", "dismissed_by", "objection_by",
    "objection_at", "objection_reason",
)  # fmt: skip
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""How a cell begins that a spreadsheet would work out instead of showing."""


class ShownModeration(Moderation):
    """One act as it stands. `automated`: no person has decided about it."""

    automated: bool


def moderation(request: Request) -> Answer:
    """Acts, newest first; of a recipe, a state, a topic or a time, as JSON or as CSV."""
    asked = _asked(request)
    of = request.services.moderations
    selection = [f"{name}={value}" for name, value in sorted(asked.items())]
    found = listing(request, lambda limit, cursor: of.listed(limit, cursor, **asked), _shown, *selection)
    return _as_csv(found, request) if _wants_csv(request) else found


def one(request: Request) -> Answer:
    """One act."""
    found = request.services.moderations.get(request.path["id"])
    if found is None:
        raise NotFound("act of moderation", request.path["id"])
    return Answer(_shown(found))


def act(request: Request) -> Answer:
    """Do something on the platform to a mention or its author, by hand."""
    new = validated(NewModeration, request.json())
    asked, known = _moderator(request).act(request.path["unique_id"], new, request.idempotency_key)
    if known:
        return Answer(_shown(asked)).repeated()
    return Answer(_shown(asked), 202, {"Location": f"/moderation/{asked.id}"})


def object_to(request: Request) -> Answer:
    """Object to an act, with a reason."""
    objection = validated(Objection, request.json())
    return Answer(_shown(_moderator(request).object(request.path["id"], objection)))


def approve(request: Request) -> Answer:
    """Let an act go on that is held."""
    return Answer(_shown(_moderator(request).approve(request.path["id"], _decision(request))))


def dismiss(request: Request) -> Answer:
    """Have nothing done about an act that is held."""
    return Answer(_shown(_moderator(request).dismiss(request.path["id"], _decision(request))))


def retry(request: Request) -> Answer:
    """Try an act again that has failed or was called off."""
    return Answer(_shown(_moderator(request).retry(request.path["id"], _decision(request))))


def _moderator(request: Request) -> Moderator:
    services = request.services
    return Moderator(agent(request), services.moderations, services.queue)


def _decision(request: Request) -> ModerationDecision:
    return validated(ModerationDecision, request.json() if request.event.get("body") else {})


def _shown(found: Moderation) -> dict[str, Any]:
    return {**plain(found), "automated": found.decided_by_recipe}


def _asked(request: Request) -> dict[str, Any]:
    """What the query asks for."""
    query = {name: values[-1] for name, values in request.query.items()}
    asked: dict[str, Any] = {
        name: query[name] for name in ("recipe_id", "topic_id", "state") if name in query
    }
    if asked.get("state") not in (None, *STATES):
        raise InvalidInput([Problem("?state", f"There is no state {asked['state']!r}.", STATES)])
    for name in ("since", "until"):
        if name in query:
            asked[name] = moment(name, query[name])
    return asked


def _wants_csv(request: Request) -> bool:
    """By `?format=`, or else by what the caller accepts."""
    wanted = request.query.get("format", [None])[-1]
    if wanted not in (None, *FORMATS):
        raise InvalidInput([Problem("?format", f"There is no format {wanted!r}.", FORMATS)])
    accepted = request.headers.get("accept", "").split(";")[0].strip().lower()
    return wanted == "csv" or (wanted is None and accepted == CSV)


def _as_csv(found: Answer, request: Request) -> Answer:
    """The page as a table (RFC 4180); the header `Link` leads to the next one (RFC 8288)."""
    page = io.StringIO()
    table = csv.writer(page)
    table.writerow(COLUMNS)
    for entry in found.body["data"]:
        table.writerow(map(_cell, _row(entry)))
    following = found.body["paging"]["next"]
    headers = {}
    if following:
        again = [(name, value) for name, values in request.query.items() for value in values]
        kept = [pair for pair in again if pair[0] not in ("cursor", "format")]
        query = urlencode([*kept, ("format", "csv"), ("cursor", following)])
        headers["Link"] = f'</moderation?{query}>; rel="next"'
    return Answer(page.getvalue(), headers=headers, media=f"{CSV}; charset=utf-8")


def _row(entry: dict[str, Any]) -> Iterator[Any]:
    people = {name: entry[name] or {} for name in ("by", "approved", "dismissed", "objection")}
    clauses = entry["clauses"]
    cells = {
        **entry,
        "by_kind": people["by"]["kind"],
        "by_id": people["by"]["id"],
        "by_name": people["by"]["name"],
        "by_version": people["by"]["version"],
        "clauses": json.dumps({each["path"]: each["wanted"] for each in clauses}, ensure_ascii=False),
        "found": json.dumps([each["got"] for each in clauses], ensure_ascii=False),
        "objection_at": people["objection"].get("at"),
        "objection_reason": people["objection"].get("reason"),
    }
    for name in ("approved", "dismissed", "objection"):
        who = people[name].get("by", {})
        cells[f"{name}_by"] = who.get("name") or who.get("id")
    return (cells[name] for name in COLUMNS)


def _cell(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula: what begins like one gets an apostrophe before it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
