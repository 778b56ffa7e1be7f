"""Surveys: one of a kind in a case, and each answer written down once, where it belongs (A26, A37, R23)."""

import re
from collections import Counter, defaultdict

from inbox_recipes.feedback import SCALES
from inbox_recipes.history import HistoryEntry
from inbox_recipes.inbox import Case, IncomingMention, Mention
from inbox_recipes.ports import Transaction
from tests.simulation.history import History
from tests.simulation.judgement import Judgement

PAYLOAD = re.compile(r"survey/(\w+)/(csat|nps)/(\d+)")


def judge_surveys(history: History, found: Judgement) -> None:
    """What customers were asked and what they said, as the platform and the sender know it."""
    _judge_asked(history, found)
    answers = _answers(history)
    _judge_kept(history, answers, found)
    for unique_id, incoming in history.people.posted.items():
        if incoming.private and not incoming.author.managed:
            _judge_answer(history, unique_id, incoming, answers[unique_id], found)


def _judge_asked(history: History, found: Judgement) -> None:
    """A37: the customer gets one of a kind, and the case says what was asked."""
    store, page = history.sim.world.store, history.platforms.facebook
    shown = [PAYLOAD.fullmatch(each.buttons[0][1]) for each in page.messages.values() if each.buttons]
    asked = Counter((each[1], each[2]) for each in shown if each)
    found.duplicated += [
        f"the {kind} of {case} was asked {n} times" for (case, kind), n in asked.items() if n > 1
    ]
    for case in store.cases.values():
        lines = store.history("case", case.id)
        told = Counter(line.detail["survey"] for line in lines if line.type == "survey_asked")
        given_up = Counter(line.detail["survey"] for line in lines if line.type == "survey_not_sent")
        there = {each.kind for each in case.feedback.surveys}
        if set(told) != there or any(times > 1 + given_up[kind] for kind, times in told.items()):
            found.unexpected.append(f"{case.id} has the surveys {there}, its history {told}, less {given_up}")
        for survey in case.feedback.surveys:
            beside = store.surveys.get(survey.id)
            if beside is None or beside.survey.model_copy(update={"sent_at": survey.sent_at}) != survey:
                found.lost.append(f"{survey.id} of {case.id}, {survey.score}, beside its case")
            if survey.not_sent_at and (case.id, survey.kind) in asked:
                found.unexpected.append(f"the {survey.kind} of {case.id} is called given up, and was asked")
    found.unexpected += [f"the {kind} of {case}, of which it knows nothing" for case, kind in asked
                         if not store.cases[case].feedback.survey(kind)]  # type: ignore[arg-type]  # fmt: skip


type Answers = dict[str, list[tuple[int, Transaction, HistoryEntry]]]


def _answers(history: History) -> Answers:
    """By the customer's message: the transactions that tell of an answer."""
    answers: Answers = defaultdict(list)
    for index, transaction in enumerate(history.sim.world.store.journal):
        for line in transaction.lines:
            if line.entry.type == "survey_answered":
                [mention] = [w.after.unique_id for w in transaction.writes if isinstance(w.after, Mention)]
                answers[mention].append((index, transaction, line.entry))
    return answers


def _judge_kept(history: History, answers: Answers, found: Judgement) -> None:
    """The last answer counts, and each has its line."""
    store = history.sim.world.store
    last: dict[tuple[str, str], int] = {}
    said: Counter[tuple[str, str, int]] = Counter()
    for unique_id, told in answers.items():
        if len(told) > 1:
            found.duplicated.append(f"the answer {unique_id} was written down {len(told)} times")
    every = sorted((each for told in answers.values() for each in told), key=lambda each: each[0])
    for _, transaction, entry in every:
        [case] = [write.after.id for write in transaction.writes if isinstance(write.after, Case)]
        last[case, entry.detail["survey"]] = entry.detail["score"]
        said[case, entry.detail["survey"], entry.detail["score"]] += 1
        _judge_quiet(transaction, found)
    kept = {
        (case.id, each.kind): each.score
        for case in store.cases.values()
        for each in case.feedback.surveys
        if each.score is not None
    }
    if kept != last:
        found.unexpected.append(f"the scores are {kept}, and customers said last {last}")
    lines = Counter(
        (case_id, line.detail["survey"], line.detail["score"])
        for case_id in store.cases
        for line in store.history("case", case_id)
        if line.type == "survey_answered"
    )
    if lines != said:
        found.lost.append(f"the lines of answers: {dict(said - lines)}, {dict(lines - said)}")


def _judge_quiet(transaction: Transaction, found: Judgement) -> None:
    """An answer opens no case, is nothing for agents, and breaks no wait."""
    for write in transaction.writes:
        before, after = write.before, write.after
        if isinstance(before, Case) and isinstance(after, Case):
            if (before.status, before.fence) != (after.status, after.fence):
                found.unexpected.append(f"an answer opened {after.id}")
        elif isinstance(after, Mention) and after.status != "done":
            found.unexpected.append(f"the answer {after.unique_id} is {after.status}")


def _judge_answer(
    history: History, unique_id: str, incoming: IncomingMention,
    told: list[tuple[int, Transaction, HistoryEntry]], found: Judgement,
) -> None:  # fmt: skip
    """A click on a score is an answer, whatever happened meanwhile; a typed one only if it is a score."""
    clicked = [PAYLOAD.fullmatch(each.payload) for each in incoming.clicked_buttons]
    for click in clicked:
        if click is None:
            continue
        scores = [(entry.detail["survey"], entry.detail["score"]) for _, _, entry in told]
        if scores != [(click[2], int(click[3]))]:
            found.lost.append(f"the answer {click[0]} of {unique_id}: {scores}")
    if clicked and clicked[0] is None and told:
        found.unexpected.append(f"{unique_id} is called an answer, and was a click on something else")
    if not clicked:
        for index, transaction, entry in told:
            _judge_typed(history, index, transaction, entry, incoming, found)


def _judge_typed(
    history: History, index: int, transaction: Transaction, entry: HistoryEntry, incoming: IncomingMention,
    found: Judgement,
) -> None:  # fmt: skip
    """The words are a score of the survey that was asked last, and the customer has written nothing since."""
    what, kind = f"the typed answer {incoming.id}", entry.detail["survey"]
    if incoming.message.content != str(entry.detail["score"]) or entry.detail["score"] not in SCALES[kind]:
        found.unexpected.append(f"{what}, {incoming.message.content!r}, is called {entry.detail['score']}")
    [case] = [write.before for write in transaction.writes if isinstance(write.before, Case)]
    asked = [
        at
        for at, each in enumerate(history.sim.world.store.journal[:index])
        for line in each.lines
        if line.entry.type == "survey_asked" and line.item_id == case.id
    ]
    between = [
        write.after.id
        for each in history.sim.world.store.journal[max(asked) + 1 : index]
        for write in each.writes
        if isinstance(write.after, Mention) and write.before is None and write.after.case_id == case.id
        and not write.after.author.managed and write.after.status != "done"
    ]  # fmt: skip
    if between:
        found.unexpected.append(f"{what} came after {between}, and is called an answer")
