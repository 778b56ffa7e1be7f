"""Erasing what is still kept of items that have themselves expired: they are found by their event records.

Histories, messages and surveys may be kept for longer than the mentions and cases that they tell of, which
nothing leads to any more but the event records of that time (R20).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from inbox_recipes import ids
from inbox_recipes.erasures import Erasure
from inbox_recipes.feedback import SCALES, Wording
from inbox_recipes.flows.erase_items import Erasing, erase_history
from inbox_recipes.inbox import Object, Subject
from inbox_recipes.ports import Transaction


def erase_expired(
    records: Sequence[Mapping[str, Any]], erasure: Erasure, work: Erasing, now: datetime
) -> None:
    """What is kept beside the contact's items in these records, as far as the items are gone."""
    named = {item for record in records for item in _theirs(record, erasure)}
    there: set[str] = {*work.inbox.mentions(item_id for log, item_id in named if log == "mention")}
    there |= work.inbox.cases(item_id for log, item_id in named if log == "case").keys()
    for log, item_id in sorted(named):
        if item_id not in there:
            erase_history(log, item_id, erasure, work)
            if log == "case":
                _erase_surveys(item_id, erasure, work, now)


def _theirs(record: Mapping[str, Any], erasure: Erasure) -> list[tuple[Object, str]]:
    subject = Subject.model_validate(record["subject"])
    mention, case = subject.mention, subject.case
    found: list[tuple[Object, str]] = []
    if mention and mention.contact_id in erasure.contact_ids:
        found.append(("mention", mention.unique_id))
    if case and not set(case.contact_ids).isdisjoint(erasure.contact_ids):
        found.append(("case", case.id))
    return found


def _erase_surveys(case_id: str, erasure: Erasure, work: Erasing, now: datetime) -> None:
    """Scores stay, as with a case that is still there."""
    asked = [work.surveys.get(ids.survey_id(case_id, kind)) for kind in SCALES]
    found = [each for each, _ in filter(None, asked)]
    silent = [each.survey.model_copy(update={"comment": None}) for each in found]
    if not found:
        return
    work.inbox.commit(
        Transaction(
            actor=erasure.by,
            at=now,
            surveys=tuple(
                each.model_copy(update={"survey": left}) for each, left in zip(found, silent, strict=True)
            ),
            wordings=tuple((left.id, Wording(question="")) for left in silent),
        )
    )
