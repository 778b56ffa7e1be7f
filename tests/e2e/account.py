"""What the end-to-end tests do to a running account: set it up, write to it, read what became of it."""

import uuid
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

from tools.api_client import Api, Json

TOPIC = "46283"
OTHER_TOPIC = "46284"
LOOKED_AT = 40


class Account:
    """One account with a topic and a team, and ids that no other test uses."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.recipes: list[str] = []
        self.profiles: set[str] = set()
        for topic in (TOPIC, OTHER_TOPIC):
            self.put(f"/topics/{topic}", {"name": f"Topic {topic}", "project": {"id": "9", "name": "Care"}})
        self.put("/teams/billing", {"name": "Billing"})

    def put(self, path: str, body: Json) -> Json:
        """Create or replace what is at that path."""
        known = self.api.read(path)
        headers = {"If-Match": known[1]} if known else {"If-None-Match": "*"}
        return dict(self.api.call("PUT", path, body, headers=headers).json())

    def set_budget(self, **budgets: int) -> None:
        """Let recipes do more, or less, in an hour."""
        self.api.call("PATCH", "/account", {"budgets": budgets}, headers={"If-Match": "*"})

    def recipe(self, **recipe: Any) -> str:
        """Create an enabled recipe that lives as long as the test; gives its id."""
        whole = {"name": "A recipe", "topics": [TOPIC], "mode": "enabled", **recipe}
        self.recipes.append(str(self.api.post("/recipes", whole)["id"]))
        return self.recipes[-1]

    def connect(self, profile_id: str, profile: Json) -> Json:
        """Connect a profile, as long as the test lives; a platform's id is free for the next test then."""
        path = f"/profiles/{profile_id}"
        self.profiles.add(path)
        return self.put(path, profile)

    def tidy(self) -> None:
        """Delete the recipes, so that they do not act on what other tests write, and the profiles."""
        while self.recipes:
            self._delete(f"/recipes/{self.recipes.pop()}")
        while self.profiles:
            self._delete(self.profiles.pop())

    def _delete(self, path: str) -> None:
        known = self.api.read(path)
        if known:
            self.api.call("DELETE", path, headers={"If-Match": known[1]})

    def write(self, text: str, **parts: Any) -> str:
        """Post a mention as a customer; gives its unique id."""
        return str(self.api.post("/mentions", a_posted_mention(text, **parts))["unique_id"])

    def answer(self, unique_id: str, text: str) -> str:
        """Post a message of ours that answers a mention."""
        native = unique_id.split("_", 1)[1]
        source = {"service": "facebook", "in_reply_to_message_id": native}
        return self.write(text, author={"id": "page", "name": "us", "managed": True}, source=source)

    def mention(self, unique_id: str) -> Json:
        return self.api.get(f"/mentions/{unique_id}")

    def case_of(self, unique_id: str) -> Json:
        return self.api.get(f"/cases/{self.mention(unique_id)['case_id']}")

    def set_case(self, case_id: str, **patch: Any) -> None:
        """Change a case as an agent."""
        known = self.api.read(f"/cases/{case_id}")
        assert known is not None
        self.api.call("PATCH", f"/cases/{case_id}", patch, headers={"If-Match": known[1]})

    def history(self, path: str) -> list[Json]:
        """The whole history of a mention or a case, newest first."""
        return list(self.api.everything(f"{path}/history"))

    def lines(self, path: str, recipe_id: str) -> list[Json]:
        """What a recipe left in a history, oldest first."""
        return [entry for entry in reversed(self.history(path)) if entry["by"]["id"] == recipe_id]


def a_posted_mention(text: str, **parts: Any) -> Json:
    """A private message of a customer whom nobody has met."""
    fresh = uuid.uuid4().hex
    return {
        "id": fresh,
        "topic": {"id": TOPIC},
        "message": {"content": text, "type": "privatemessage", "language": "fr"},
        "source": {"service": "facebook"},
        "author": {"id": f"u{fresh}", "name": "A customer"},
        "private": True,
        "date": {"published": datetime.now(UTC).isoformat()},
        **parts,
    }


def words(text: str, operator: str = "contains_any") -> Json:
    """A filter: the text contains the words, which are separated by commas."""
    rule = {"field": "content.text", "operator": operator, "value": text.split(",")}
    return {"combinator": "and", "rules": [rule]}


class Left:
    """What is not done yet, of very many; what is done is not asked for again."""

    def __init__(self, wanted: Iterable[str], done: Callable[[str], bool]) -> None:
        self.wanted = deque(wanted)
        self.done = done

    def none(self, several: ThreadPoolExecutor) -> bool:
        """Look at some of it; whether none is left."""
        some = [self.wanted.popleft() for _ in range(min(LOOKED_AT, len(self.wanted)))]
        answers = several.map(self.done, some)
        self.wanted.extend(each for each, done in zip(some, answers, strict=True) if not done)
        return not self.wanted
