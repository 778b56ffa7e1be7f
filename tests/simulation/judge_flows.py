"""Flows: along their tree and nowhere else, one step for each message, all said and told (row 90, R23)."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

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
BY_ITSELF = (*SAYS.values(), FLOW.fallback.split()[0])
"""The first words of what goes out without any person having wanted it."""
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


@dataclass
class Walk:
    """One case's flows as its history tells them: at which step it is, and which there have been."""

    case_id: str
    at: str | None = None
    seen: frozenset[str] = frozenset()
    fell_back: bool = False

    def follow(self, line: HistoryEntry) -> str | None:
        """What is wrong with the line, which must go on from where the flow is."""
        detail = line.detail
        if line.type == "flow_started":
            self.at, self.seen, self.fell_back = detail["step"], frozenset({detail["step"]}), False
            return None if self.at == FLOW.steps[0].id else "no flow begins there"
        if self.at is None or detail.get("from", self.at) != self.at:
            return f"the flow is at {self.at}"
        wrong = None if line.type == "flow_ended" else self._step(detail)
        self.at = None if detail.get("end") else self.at
        return wrong

    def _step(self, detail: dict[str, Any]) -> str | None:
        if detail.get("button"):
            self.fell_back = False
            return None if self._clicked(detail) else "the button leads elsewhere"
        if detail.get("fallback"):
            before, self.fell_back = self.fell_back, True
            return "that was said before" if before else None
        return None if detail.get("end") == "handed_over" else "nothing was chosen"

    def _clicked(self, detail: dict[str, Any]) -> bool:
        """Whether the button leads there; it may be one of an earlier step."""
        every = [button for step in FLOW.steps if step.id in self.seen for button in step.buttons]
        for button in (each for each in every if each.title == detail["button"]):
            step = FLOW.step(button.next) if button.next else None
            over = button.ends or step is None or not step.buttons
            end = "handed_over" if button.hand_over else "finished" if over else None
            if (detail.get("step"), detail.get("end")) == (button.next, end):
                self.at, self.seen = button.next, self.seen | {button.next or ""}
                return set(detail.get("added") or ()) <= set(button.tags)
        return False


def _judge_walk(case_id: str, lines: list[HistoryEntry], found: Judgement) -> None:
    """From step to step by the buttons of steps that were there, in the order of the case's revisions."""
    walk = Walk(case_id)
    told = [line for line in lines if line.type in LINES and line.outcome == "done"]
    for line in sorted(told, key=lambda each: each.revision or 0):
        wrong = walk.follow(line)
        if wrong:
            found.unexpected.append(f"{case_id} at revision {line.revision}: {line.detail}: {wrong}")


def _judge_said(history: History, found: Judgement) -> None:
    """The platform has nothing of a flow but what its histories tell, and one message for each answered."""
    page, store = history.platforms.facebook, history.sim.world.store
    told: Counter[tuple[str, str]] = Counter()
    for transaction in store.journal:
        item = transaction.outbox[1] if transaction.outbox and transaction.outbox[0] is None else None
        if item and item.purpose and item.purpose.type == "flow":
            [line] = [
                each.entry for each in transaction.lines if each.entry.type in LINES and each.log == "case"
            ]
            word = SAYS[line.detail["step"]] if "step" in line.detail else FLOW.fallback.split()[0]
            told[word, item.unique_id.split("_", 1)[1]] += 1
    said = Counter(
        (word, native)
        for message in page.messages.values()
        if message.author == page.profile and message.private
        for word, _, native in [message.text.partition(" ")]
        if word in BY_ITSELF
    )
    found.unexpected += [
        f"{word} {native} was said, and no history tells of it" for word, native in said - told
    ]
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
            _judge_click(sim, transaction, found)
        _judge_own_words(transaction, found)
    found.duplicated += [f"{step} was taken {len(at)} times" for step, at in steps.items() if len(at) > 1]
    _judge_left(sim, written, steps, found)


def _judge_told(transaction: Transaction, found: Judgement) -> None:
    """R23: who takes a step says so, in the history of the case that has changed."""
    told = [line for line in transaction.lines if line.entry.type == "flow_step" and line.log == "case"]
    changed = [write.after for write in transaction.writes if isinstance(write.after, Case)]
    if len(told) != 1 or [line.item_id for line in told] != [case.id for case in changed]:
        found.lost.append(f"the line about a step at {transaction.at}")


def _judge_click(sim: Simulated, transaction: Transaction, found: Judgement) -> None:
    """A click on a button that is there is understood, also on that of an earlier step."""
    item = transaction.outbox[1] if transaction.outbox else None
    mention = sim.world.store.mentions[item.unique_id] if item else None
    fell_back = any(line.entry.detail.get("fallback") for line in transaction.lines)
    if mention and fell_back and any(each.payload.startswith("flow/") for each in mention.clicked_buttons):
        found.lost.append(f"the click of {mention.unique_id} on {mention.clicked_buttons[0].title}")


def _judge_own_words(transaction: Transaction, found: Judgement) -> None:
    """What goes out by itself ends no flow, whoever tells of it."""
    words = [
        write.after.message.content
        for write in transaction.writes
        if isinstance(write.after, Mention) and write.before is None and write.after.author.managed
        and write.after.private
    ]  # fmt: skip
    ended = [
        write.after.id
        for write in transaction.writes
        if isinstance(write.before, Case) and isinstance(write.after, Case)
        and write.before.flow and not write.after.flow
    ]  # fmt: skip
    if ended and words and words[0].split()[0] in BY_ITSELF:
        found.unexpected.append(f"the flow in {ended[0]} was ended by our own {words[0]!r}")


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
