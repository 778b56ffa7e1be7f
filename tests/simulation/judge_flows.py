"""Flows: along their tree and nowhere else, one step for each message, every step said and told (row 90, R23)."""

from collections import Counter, defaultdict

from inbox_recipes.flow_definition import Flow
from inbox_recipes.history import HistoryEntry
from inbox_recipes.ids import flow_step_id
from inbox_recipes.inbox import Case, Mention
from inbox_recipes.ports import Transaction
from tests.simulation.history import History
from tests.simulation.judgement import Judgement
from tests.simulation.recipes import RESPONSES
from tests.simulation.world import Simulated

CONTENT = RESPONSES["orders"].content
assert isinstance(CONTENT, Flow)
FLOW = CONTENT
SAYS = {step.id: (step.text or "bye [mention.id]").split()[0] for step in FLOW.steps}
"""The first word of what each step says."""
LINES = ("flow_started", "flow_step", "flow_ended")


def judge_flows(history: History, found: Judgement) -> None:
    """As the customers see it on the platform, as the histories tell it, and as the cases stand."""
    store = history.sim.world.store
    for case in store.cases.values():
        if case.flow is not None:
            found.lost.append(f"the flow in {case.id} never ends")
        _judge_walk(case.id, store.history("case", case.id), found)
    _judge_said(history, found)
    _judge_answered(history.sim, found)


def _judge_walk(case_id: str, lines: list[HistoryEntry], found: Judgement) -> None:
    """From step to step by the buttons of steps that were there, in the order of the case's revisions."""
    at: str | None = None
    seen: set[str] = set()
    fell_back = False
    told = [line for line in lines if line.type in LINES and line.outcome == "done"]
    for line in sorted(told, key=lambda each: each.revision or 0):
        detail, what = line.detail, f"{case_id} at revision {line.revision}: {line.detail}"
        if line.type == "flow_started":
            at, seen, fell_back = detail["step"], {detail["step"]}, False
            if at != FLOW.steps[0].id:
                found.unexpected.append(f"{what}: no flow begins there")
            continue
        if at is None or detail.get("from", at) != at:
            found.unexpected.append(f"{what}: the flow is at {at}")
            continue
        if line.type == "flow_ended":
            at = None
        elif detail.get("button"):
            at, fell_back = _after_button(detail, seen, what, found), False
            seen |= {at} if at else set()
        elif detail.get("fallback"):
            if fell_back:
                found.unexpected.append(f"{what}: that was said before")
            fell_back = True
        elif detail.get("end") != "handed_over":
            found.unexpected.append(f"{what}: nothing was chosen")
        at = None if detail.get("end") else at


def _after_button(
    detail: dict[str, object], seen: set[str], what: str, found: Judgement
) -> str | None:
    """Where the button leads, which is where the flow must be now; of an earlier step it may be."""
    buttons = [
        button for step in FLOW.steps if step.id in seen
        for button in step.buttons if button.title == detail["button"]
    ]  # fmt: skip
    for button in buttons:
        end = "handed_over" if button.hand_over else "finished" if button.ends else None
        step = FLOW.step(button.next) if button.next else None
        end = end or ("finished" if step is None or not step.buttons else None)
        told = (detail.get("step"), detail.get("end"), tuple(detail.get("added") or ()))  # type: ignore[call-overload]
        if told[:2] == (button.next, end) and set(told[2]) <= set(button.tags):
            return None if end else button.next
    found.unexpected.append(f"{what}: the button leads elsewhere")
    return None


def _judge_said(history: History, found: Judgement) -> None:
    """The platform has nothing of a flow but what its histories tell, and one message for each answered."""
    page, store = history.platforms.facebook, history.sim.world.store
    told: Counter[tuple[str, str]] = Counter()
    for transaction in store.journal:
        item = transaction.outbox[1] if transaction.outbox and transaction.outbox[0] is None else None
        if item and item.purpose and item.purpose.type == "flow":
            [line] = [each.entry for each in transaction.lines if each.entry.type in LINES and each.log == "case"]
            word = SAYS[line.detail["step"]] if "step" in line.detail else FLOW.fallback.split()[0]
            told[word, item.unique_id.split("_", 1)[1]] += 1
    said = Counter(
        (word, native)
        for message in page.messages.values()
        if message.author == page.profile and message.private
        for word, _, native in [message.text.partition(" ")]
        if word in (*SAYS.values(), FLOW.fallback.split()[0])
    )
    found.unexpected += [f"{word} {native} was said, and no history tells of it" for word, native in said - told]
    found.duplicated += [f"{key} was said {times} times" for key, times in told.items() if times > 1]


def _judge_answered(sim: Simulated, found: Judgement) -> None:
    """Each message to a flow leads one step on, unless the flow was over when it was read."""
    steps: dict[str, list[int]] = defaultdict(list)
    written: dict[str, tuple[int, str]] = {}
    for index, transaction in enumerate(sim.world.store.journal):
        for write in transaction.writes:
            after = write.after
            if isinstance(after, Mention) and write.before is None and after.handled_by and after.case_id:
                written[after.unique_id] = (index, after.case_id)
        if transaction.claim and transaction.claim[1].action == "flow_step":
            steps[transaction.claim[0]].append(index)
            _judge_told(transaction, found)
    found.duplicated += [f"{step} was taken {len(at)} times" for step, at in steps.items() if len(at) > 1]
    _judge_left(sim, written, steps, found)


def _judge_told(transaction: Transaction, found: Judgement) -> None:
    """R23: who takes a step says so, in the history of the case that has changed."""
    told = [line for line in transaction.lines if line.entry.type == "flow_step" and line.log == "case"]
    changed = [write.after for write in transaction.writes if isinstance(write.after, Case)]
    if len(told) != 1 or [line.item_id for line in told] != [case.id for case in changed]:
        found.lost.append(f"the line about a step at {transaction.at}")


def _judge_left(
    sim: Simulated, written: dict[str, tuple[int, str]], steps: dict[str, list[int]], found: Judgement
) -> None:
    """Where no step was taken, agents had the conversation, or it was over: the customer was not too late."""
    for unique_id, (index, case_id) in written.items():
        if flow_step_id(case_id, unique_id) in steps:
            continue
        later = [
            transaction
            for transaction in sim.world.store.journal[index:]
            for write in transaction.writes
            if isinstance(write.after, Case) and write.after.id == case_id and write.after.flow is None
        ]
        ends = [line.entry.detail.get("end") for line in later[0].lines] if later else []
        if not later or "expired" in ends:
            found.lost.append(f"{unique_id} was written to a flow in {case_id}, and got no answer")
