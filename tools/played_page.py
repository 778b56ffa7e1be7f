"""The sample's Facebook page, on a Facebook that is played here: customers write, agents act, by a script.

Plays the `page` of `sample/conversations.yaml`, which explains its steps. Customers come in by Facebook's
signed events, agents work through the API. A step that follows what a recipe does waits until that is done.
What Facebook was sent meanwhile is put into words by `sent_words`.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from tools.api_client import Api, Json
from tools.platform_sandbox.facebook import PlayedFacebook
from tools.platform_sandbox.played import ACCESS_TOKEN, APP_SECRET, VERIFY_TOKEN, Message
from tools.platform_sandbox.server import Sandbox
from tools.play import Play, say

TOPIC = "46286"
PROFILE = "orvane-page"
CREDENTIALS = {"app_secret": APP_SECRET, "verify_token": VERIFY_TOKEN, "access_token": ACCESS_TOKEN}
BETWEEN_LOOKS = 0.5


class PageStopped(Exception):
    """A step could not be done: what it waits for did not come, or the stack refused an event; in words."""


class OrvanesPage(PlayedFacebook):
    """A page of the sample's own: the sandbox's 77 stays free for whoever connects it by hand."""

    profile = "78"
    post = "78_1"


def connect_page(api: Api, sandbox: Sandbox) -> str:
    """Have the page's profile speak to this sandbox, whatever it spoke to before; says what was done."""
    path = f"/profiles/{PROFILE}"
    body = {
        "name": "Orvane", "service": "facebook", "native_id": OrvanesPage.profile, "topic": TOPIC,
        "sandbox_url": sandbox.url, "credentials": CREDENTIALS,
    }  # fmt: skip
    stored = api.read(path)
    headers = {"If-Match": stored[1]} if stored else {"If-None-Match": "*"}
    api.call("PUT", path, body, headers=headers)
    return "replaced" if stored else "created"


class PlayedPage:
    """One run of the script, in the course of a play. Its messages' results stand among the play's.

    Ids begin with the run, so the same run again tells of the same messages, and agents leave them alone.
    A step waits for up to `limit` seconds.
    """

    def __init__(self, play: Play, sandbox: Sandbox, told: Json, run: str, limit: float) -> None:
        self._play, self._api = play, play.api
        self._sandbox, self._page = sandbox, sandbox.facebook
        self._customers, self._script = told["customers"], told["steps"]
        self._run, self._limit = run, limit
        self._messages: dict[str, Message] = {}

    def act(self) -> str:
        """Do every step, as far as that goes; says in words what stopped it, nothing when all are done."""
        say("On the Facebook page:")
        try:
            self._do()
        except PageStopped as problem:
            say(f"  {problem}")
            return str(problem)
        return ""

    def _do(self) -> None:
        for step in self._script:
            if what := step.keys() & {"writes", "comments"}:
                self._write(step, what.pop())
            elif "clicks" in step:
                self._click(step)
            elif "approves" in step and self._is_new(step["approves"]):
                self._approve(step["approves"], step["comment"])
            elif "answers" in step and self._is_new(step["answers"]):
                self._answer(step["answers"], step["text"])
            elif "resolves" in step:
                self._play.set_case_status(self._unique_id(step["resolves"]), "resolved")
        self._until(lambda: not self._under_way(), "an end of what is being sent")

    def answers(self) -> dict[str, str]:
        """What was sent, now or when the run was played before, with what it answers: unique ids."""
        every = self._api.everything(f"/outbox?profile={PROFILE}")
        answers = {each["sent_as"]: each["unique_id"] for each in every if each["sent_as"]}
        return {sent: about for sent, about in answers.items() if about in self._play.results}

    def records(self) -> list[Json]:
        """The record of each act on these messages on Facebook, oldest first."""
        every = self._api.everything(f"/moderation?topic_id={TOPIC}")
        return [each for each in every if each["unique_id"] in self._play.results][::-1]

    def _write(self, step: Json, what: str) -> None:
        customer, private = self._customers[step["by"]], what == "writes"
        person = f"{self._run}{customer['id']}"
        self._page.people[person] = customer["name"]
        message = self._page.write(
            person, step[what], private=private, to=self._page.profile if private else None,
            message_id=self._id(step["as"], private=private),
        )  # fmt: skip
        # Messenger tells no names: the stack knows whoever writes in private by the number.
        known_as = f"{customer['name']} ({person})" if private else customer["name"]
        say(f"  {known_as} {what} on Facebook: {message.text}")
        self._tell(step["as"], message)

    def _click(self, step: Json) -> None:
        """A click on a button that has come; told once more, it is a message that the stack knows."""
        person, made = self._messages[step["clicks"]].author, self._id(step["as"], private=True)
        if self._is_new(step["clicks"]):
            self._until(lambda: self._sees(person, step["title"]), f"a button {step['title']!r}")
            message = self._page.click(person, step["title"], made)
        else:
            message = self._page.write(person, step["title"], private=True, message_id=made)
        say(f"  {self._page.people[person]} clicks on {step['title']}")
        self._tell(step["as"], message)

    def _sees(self, person: str, title: str) -> bool:
        shown = [each.buttons for each in list(self._page.messages.values()) if each.to == person]
        return any(title in dict(buttons) for buttons in shown)

    def _id(self, name: str, *, private: bool) -> str:
        return f"{'m' if private else self._page.profile}_{self._run}{name}"

    def _tell(self, name: str, message: Message) -> None:
        """Facebook tells the stack, which must take it."""
        self._messages[name] = message
        mention = self._unique_id(name)
        known = self._api.read(f"/mentions/{mention}")
        self._sandbox.tell(self._page.service, message)
        status = self._sandbox.told[-1][2]
        if status != 200:
            raise PageStopped(f"The stack answered {status} when Facebook told it of {message.id}.")
        self._play.results[mention] = "duplicate" if known else "created"

    def _unique_id(self, name: str) -> str:
        """The mention that a message of the script is."""
        return f"{TOPIC}_{self._messages[name].id}"

    def _is_new(self, name: str) -> bool:
        """Whether this run was not played before: agents acted then."""
        return self._play.results[self._unique_id(name)] == "created"

    def _approve(self, name: str, comment: str) -> None:
        item = self._written(name, "awaiting_approval")
        self._api.post(f"/outbox/{item['id']}/approve", {"comment": comment})
        say(f"  an agent approves in the outbox: {item['text']}")

    def _answer(self, name: str, text: str) -> None:
        self._written(name, "sent")
        mention = self._unique_id(name)
        item = self._api.post(f"/mentions/{mention}/reply", {"text": text})
        say(f"  an agent answers by the outbox: {text}")
        self._until(lambda: self._api.get(f"/outbox/{item['id']}")["state"] == "sent", "the agent's answer")

    def _written(self, name: str, state: str) -> Json:
        """What a recipe has written about a message, once it stands so in the outbox."""
        mention = self._unique_id(name)
        return self._until(
            lambda: next((each for each in self._items(state) if each["unique_id"] == mention), None),
            f"an answer to {self._messages[name].text!r} that is {state.replace('_', ' ')}",
        )

    def _under_way(self) -> list[Json]:
        return [each for each in self._items("queued", "sending") if each["unique_id"] in self._play.results]

    def _items(self, *states: str) -> list[Json]:
        """The page's latest items of the outbox that stand so."""
        asked = "".join(f"&state={state}" for state in states)
        return list(self._api.get(f"/outbox?profile={PROFILE}{asked}")["data"])

    def _until[Found](self, find: Callable[[], Found | None], what: str) -> Found:
        """What is found, as soon as there is something. `what` names it for whoever waits in vain."""
        deadline = time.monotonic() + self._limit
        while not (found := find()):
            if time.monotonic() > deadline:
                raise PageStopped(f"On the Facebook page, {what} did not come in {self._limit:g} seconds.")
            time.sleep(BETWEEN_LOOKS)
        return found
