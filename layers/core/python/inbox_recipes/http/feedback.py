"""What customers' answers to surveys come to."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from inbox_recipes.errors import InvalidInput, Problem
from inbox_recipes.feedback import CaseSurvey, Shares, shares
from inbox_recipes.http.deliveries import moment
from inbox_recipes.http.request import Answer, Request
from inbox_recipes.inbox import Frozen, Time

LONGEST = timedelta(days=92)
USUAL = timedelta(days=28)


class Scores(Frozen):
    """How both kinds of surveys came out."""

    csat: Shares
    nps: Shares


class OfTopic(Scores):
    """The scores of one topic's cases."""

    topic_id: str


class OfDay(Scores):
    """The scores of the surveys that were asked on one day (UTC)."""

    day: str


class FeedbackSummary(Scores):
    """The scores of the surveys that were asked from `since` on and before `until`."""

    since: Time
    until: Time
    by_topic: tuple[OfTopic, ...]
    by_day: tuple[OfDay, ...]


def summary(request: Request) -> Answer:
    """The scores of all topics or some, by topic and by day."""
    until = _asked(request, "until") or request.services.now()
    since = _asked(request, "since") or until - USUAL
    if not timedelta() < until - since <= LONGEST:
        detail = f"From `since` to `until` it is more than nothing, and {LONGEST.days} days at most."
        raise InvalidInput([Problem("?since", detail)])
    topics = set(request.query.get("topic_id", ()))
    found = [
        each
        for each in request.services.surveys.asked_between(since, until)
        if not topics or each.topic_id in topics
    ]
    by_topic, by_day = defaultdict(list), defaultdict(list)
    for each in found:
        by_topic[each.topic_id].append(each)
        by_day[str(each.survey.asked_at.date())].append(each)
    whole = FeedbackSummary(
        since=since,
        until=until,
        csat=_scores(found).csat,
        nps=_scores(found).nps,
        by_topic=tuple(
            OfTopic(topic_id=topic_id, csat=_scores(each).csat, nps=_scores(each).nps)
            for topic_id, each in sorted(by_topic.items())
        ),
        by_day=tuple(
            OfDay(day=day, csat=_scores(each).csat, nps=_scores(each).nps)
            for day, each in sorted(by_day.items())
        ),
    )
    return Answer(whole.model_dump(mode="json"))


def _scores(surveys: Iterable[CaseSurvey]) -> Scores:
    every = [each.survey for each in surveys]
    return Scores(csat=shares("csat", every), nps=shares("nps", every))


def _asked(request: Request, name: str) -> datetime | None:
    given = request.query.get(name)
    return moment(name, given[-1]) if given else None
