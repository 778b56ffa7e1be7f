"""Flows over the adapters: found when their time is over, and forgotten however they end (R5)."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from inbox_recipes.adapters.dynamo_outbox import DynamoOutbox
from inbox_recipes.adapters.dynamo_personal_data import DynamoPersonalData
from inbox_recipes.flows.contacts import contact_of
from inbox_recipes.flows.erase import ask as ask_for_erasing
from inbox_recipes.flows.erase import erasure_of
from inbox_recipes.flows.export import exported
from inbox_recipes.flows.sweep import end_flows
from inbox_recipes.history import HistoryEntry
from inbox_recipes.inbox import Case
from inbox_recipes.replay import replay, state_of
from tests.builders import NOON, NORA, TOPIC
from tests.integration.aws import KEPT_DAYS, RAW_DAYS, Aws
from tests.integration.contracts.test_inbox_contract import walked
from tests.integration.contracts.test_whole_stories import OnMoto
from tests.replies import echo
from tests.surveying import ask, click, send, sending, surveying


class InFlow(OnMoto):
    """A customer who is in a flow, over moto's tables."""

    def __init__(self, aws: Aws) -> None:
        super().__init__(aws, surveying(NOON, sending(send("flow", "orders"))).book)
        ledger, queue = aws.named("Ledger"), (aws.sqs, aws.queue("IngestDeadLetters"))
        self.outbox = DynamoOutbox(aws.dynamo, ledger)  # type: ignore[assignment]
        self.personal_data = DynamoPersonalData(  # type: ignore[assignment]
            aws.dynamo, aws.named("Inbox"), ledger, KEPT_DAYS, RAW_DAYS, queue
        )
        ask(self)

    def case(self) -> Case:
        [case] = self.inbox.list_cases([TOPIC], 10, None).data
        self.store.cases = {case.id: case}
        return case

    def overdue(self) -> list[str]:
        return [case.id for case in self.inbox.flows_overdue(self.now + timedelta(days=9), 10)]

    def marks(self) -> int:
        """How many cases the index lists."""
        answer = self.aws.dynamo.query(
            TableName=self.aws.named("Ledger"),
            IndexName="listing",
            KeyConditionExpression="list_key = :key",
            ExpressionAttributeValues={":key": {"S": "flow#due"}},
        )
        return int(answer["Count"])


def an_agent_answers(world: InFlow) -> None:
    world.take_in(echo(world, "facebook", "m_agent", message__content="I am here"))


def somebody_resolves_the_case(world: InFlow) -> None:
    world.case()
    world.patch_case(status="resolved")


def the_customer_comes_to_its_end(world: InFlow) -> None:
    click(world, "All is well")


def its_time_is_over(world: InFlow) -> None:
    world.pass_time(hours=2)


def its_schedule_never_comes(world: InFlow) -> None:
    world.timers.armed.clear()
    world.now += timedelta(hours=2)
    assert end_flows(world.inbox, world.queue, world.now) == 1


def the_customer_is_erased(world: InFlow) -> None:
    contact_id = world.case().contact_id or ""
    ask_for_erasing(contact_id, NORA, world.inbox, world.personal_data, world.queue, world.now)
    world.settle()
    assert erasure_of(contact_id, world.personal_data).state == "done"


@pytest.mark.parametrize(
    "end",
    [an_agent_answers, somebody_resolves_the_case, the_customer_comes_to_its_end, its_time_is_over,
     its_schedule_never_comes, the_customer_is_erased],
)  # fmt: skip
def test_a_flow_that_is_over_is_listed_no_more(aws: Aws, end: Callable[[InFlow], None]) -> None:
    world = InFlow(aws)
    assert world.overdue() == [world.case().id]
    click(world, "My order")
    world.settle()
    assert (world.overdue(), world.marks()) == ([world.case().id], 1)

    end(world)
    world.settle()

    assert world.case().flow is None
    assert (world.overdue(), world.marks()) == ([], 0)
    world.pass_time(days=1)
    assert end_flows(world.inbox, world.queue, world.now) == 0


@pytest.mark.parametrize("over", [False, True], ids=["under way", "over"])
def test_its_case_can_be_read_and_exported(aws: Aws, over: bool) -> None:
    """R20, R23."""
    world = InFlow(aws)
    if over:
        its_time_is_over(world)
    case = world.case()

    lines: list[HistoryEntry] = walked(lambda cursor: world.ledger.history("case", case.id, 2, cursor))

    kinds = [line.type for line in lines]
    assert (kinds[-1], "flow_started" in kinds, "flow_ended" in kinds) == ("case_created", True, over)
    assert replay(lines) == (state_of(case), case.revision)

    contact = contact_of(case.contact_id or "", world.inbox)
    sources = (world.inbox, world.ledger, world.deliveries, world.moderations, world.outbox)
    assert len(walked(lambda cursor: exported(contact, *sources, 3, cursor))) > len(lines)
