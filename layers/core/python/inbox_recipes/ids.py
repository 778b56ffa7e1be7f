"""Ids that come from content, so that doing something twice gives the same id twice.

Random ids do not belong here: only things that people create by hand (a recipe, a schedule) get one,
and those are made at the edge.
"""

import hashlib


def digest(*parts: object) -> str:
    """24 hexadecimal characters of SHA-256 over the parts; no two lists of parts run together."""
    text = "\x1f".join(map(str, parts))
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def unique_id(topic_id: str, native_id: str) -> str:
    """A mention's identity: one native message tracked by two topics is two mentions (domain 1.1)."""
    return f"{topic_id}_{native_id}"


def contact_id(service: str, author_id: str) -> str:
    """The contact made for a social profile that nobody has met before."""
    return f"con_{digest(service, author_id)}"


def case_id(first_unique_id: str) -> str:
    """The automatic case opened by a mention."""
    return f"cas_{digest(first_unique_id)}"


def run_id(recipe_id: str, recipe_version: int, occurrence_id: str) -> str:
    """One recipe at one version acting on one occurrence."""
    return f"run_{digest(recipe_id, recipe_version, occurrence_id)}"


def wait_id(case_id: str, recipe_id: str) -> str:
    """The wait of a recipe on a case; a case has at most one for each recipe."""
    return f"wait_{digest(case_id, recipe_id)}"


def survey_id(case_id: str, kind: str) -> str:
    """The survey of a kind of a case: there is one at most (A37)."""
    return f"sur_{digest('survey', case_id, kind)}"


def flow_step_id(case_id: str, unique_id: str) -> str:
    """The claim of a flow on a customer's message: it is answered once."""
    return f"step_{digest('flow', case_id, unique_id)}"


def moderation_id(*decided_by: object) -> str:
    """One act on a platform: of a run and the position of its action, or of what a person asked for."""
    return f"mod_{digest(*decided_by)}"


def delivery_id(run_id: str, position: int) -> str:
    """The `webhook-id` of an action: the same on every attempt, so that receivers can drop repeats."""
    return f"msg_{digest(run_id, position)}"


def outbox_id(*of: object) -> str:
    """A message to a customer: of a run and a position, or of what an agent answers and a key."""
    return f"out_{digest(*of)}"
