"""The customers and agents of `sample/conversations.yaml` at work on a stack, over its API.

It knows nothing about recipes, and waits for nothing but the pauses that the script has.
"""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass, field
from datetime import timedelta

import requests

from tools.api_client import Api, ApiError
from tools.conversations import Step
from tools.lines import opening

BATCH = 25


def say(text: str) -> None:
    print(text, flush=True)


@dataclass
class Play:
    """Customers and agents at work on one stack; `results` is the answer to each mention."""

    api: Api
    results: dict[str, str] = field(default_factory=dict)

    def act(self, script: list[Step]) -> None:
        """Do every step, with the pauses between; mentions that come together go out together."""
        done = timedelta(0)
        for (after, status), together in itertools.groupby(
            script, lambda step: (step.after, step.case_status)
        ):
            time.sleep((after - done).total_seconds())
            done = after
            if status is None:
                for batch in itertools.batched(together, BATCH, strict=False):
                    self.post(batch)
            else:
                for step in together:
                    self.set_case_status(step.unique_id, status)

    def post(self, batch: tuple[Step, ...]) -> None:
        """Post one mention alone or several in a batch; a refused one ends the sample in words."""
        if len(batch) == 1:
            mention = batch[0].mention
            author = mention["author"]
            who = "we answer" if author["managed"] else f"{author['fullname']} writes"
            answers = [self.api.post("/mentions", mention)]
            say(f"  {who}: {opening(mention, 70)}")
        else:
            body = {"mentions": [step.mention for step in batch]}
            answers = self.api.post("/mentions", body)["data"]
            say(f"  {len(batch)} mentions in one batch")
        for step, answer in zip(batch, answers, strict=True):
            if "errors" in answer:
                raise SystemExit(f"Mention {step.unique_id} was refused: {answer['errors']}")
            self.results[step.unique_id] = answer["result"]

    def set_case_status(self, unique_id: str, status: str) -> None:
        """An agent changes the mention's case, and looks again if somebody changed it meanwhile."""
        if self.results[unique_id] == "duplicate":
            return  # this run was played before, and the agent acted then
        case_id = self.api.get(f"/mentions/{unique_id}")["case_id"]
        path = f"/cases/{case_id}"
        for _ in range(5):
            case, etag = self.api.read(path) or ({}, "*")
            try:
                self.api.call("PATCH", path, {"status": status}, headers={"If-Match": etag})
            except ApiError as problem:
                if problem.status != requests.codes.precondition_failed:
                    raise
            else:
                say(f"  an agent sets a case to {status}: {case.get('title') or case_id}")
                return
        raise SystemExit(f"Case {case_id} kept changing while an agent tried to set it to {status}.")
