"""What people do: customers write, we reply, agents work on cases, somebody edits the recipes."""

from collections.abc import Callable
from datetime import timedelta

from inbox_recipes.actions.wait import WaitAction
from inbox_recipes.errors import Conflict, Stale
from inbox_recipes.flows.agents import patch_case
from inbox_recipes.flows.by_hand import Agent
from inbox_recipes.flows.ingest import ingest
from inbox_recipes.flows.moderating_by_hand import (
    ModerationDecision,
    Moderator,
    NewModeration,
    Objection,
)
from inbox_recipes.flows.wait_reviews import ask, cancel_by_hand
from inbox_recipes.inbox import Case, IncomingMention
from inbox_recipes.messages import Review
from inbox_recipes.patches import CasePatch
from inbox_recipes.platforms import Act, connector
from inbox_recipes.platforms.base import Connection, Received
from inbox_recipes.ports import Ports, RunQueue
from tests.builders import NORA, TOPIC, an_incoming, our_reply
from tests.fakes import Crash
from tests.simulation.world import Edition, Simulated
from tools.platform_sandbox.played import Message

CUSTOMERS = ("ada", "ben")
BY_HAND: tuple[Act, ...] = ("hide", "unhide", "delete", "block_author")


class People:
    """`posted` is everything that was ever sent to us; `unanswered`, what the sender will send again."""

    def __init__(self, simulated: Simulated, ports: Ports, queue: RunQueue) -> None:
        self._sim, self._inbox, self._ledger, self._queue = simulated, ports.inbox, ports.ledger, queue
        self._moderations = ports.moderations
        self._privately = simulated.rng.choice((0.1, 0.6, 0.95))
        self._customers = CUSTOMERS[: simulated.rng.randint(1, 2)]
        self.posted: dict[str, IncomingMention] = {}
        self.unanswered: list[str] = []
        self._answered: set[str] = set()
        self.sent_again = 0

    def act(self) -> None:
        """Somebody does something. In the middle of a call, it is a customer who writes more often."""
        asked = self._asked
        doings: list[tuple[int, Callable[[], None]]] = [
            (10 if self._sim.deep else 5, self._a_customer_writes),
            (3, self._we_reply),
            (8, self._we_reply_and_wait),
            (1, lambda: self._an_agent_sets({"status": "pending"})),
            (1, lambda: self._an_agent_sets({"status": "unresolved"})),
            (1, lambda: self._an_agent_sets({"status": "resolved"})),
            (1, lambda: self._an_agent_sets({"tags": ["urgent"]})),
            (2, self._something_is_sent_again),
            (3, self._the_platform_tells_of_ours),
            (1, self._somebody_switches_a_recipe),
            (1, self._somebody_changes_a_wait),
            (1, self._somebody_cancels_a_wait),
            (bool(asked) + 25 * bool(asked and asked[-1].id not in self._answered), self._a_customer_answers),
            (3 if self._sim.world.store.moderations else 1, self._somebody_moderates),
        ]
        [does] = self._sim.rng.choices([doing for _, doing in doings], [weight for weight, _ in doings])
        does()

    def send_what_is_unanswered(self) -> None:
        """Senders do not give up."""
        for unique_id in self.unanswered[:]:
            self._deliver(unique_id)

    def _a_customer_writes(self) -> None:
        rng = self._sim.rng
        text = rng.choice(["Where is it?", "This is urgent!"])
        private, author = rng.random() < self._privately, rng.choice(self._customers)
        platform = self._sim.world.platforms.facebook
        native_id = platform.write(author, text, private=private, to=platform.profile).id
        kind = "privatemessage" if private else "comment"
        parts = {"private": private, "author__id": author, "message__type": kind}
        self._post(an_incoming(native_id, text, source__profile="facebook", **parts))

    @property
    def _asked(self) -> list[Message]:
        """Our messages with buttons."""
        return [each for each in self._sim.world.platforms.facebook.messages.values() if each.buttons]

    def _a_customer_answers(self) -> None:
        """A message of ours, mostly the last, by a click on a button or by its words."""
        rng, platform = self._sim.rng, self._sim.world.platforms.facebook
        asked = self._asked[-1] if self._sim.happens(0.8) else rng.choice(self._asked)
        self._answered.add(asked.id)
        button, way = rng.choice(asked.buttons), rng.choice(["click", "click", "postback", "words"])
        message = platform.write(asked.to or "", button[0], private=True, to=platform.profile)
        if way != "words":
            message.clicked, message.stays = button, way == "postback"
        self._post(self._told(message))

    def _told(self, message: Message) -> IncomingMention:
        """What Facebook tells of a message, as the connector reads it."""
        profile = self._sim.world.rule_books.current().profiles["facebook"]
        event = self._sim.world.platforms.facebook.event(message)
        received = Received(event.headers, {}, event.body)
        page = Connection("facebook", profile)
        [told] = connector("facebook").parse(received, [page], {}, self._sim.now).mentions
        return told

    def _the_platform_tells_of_ours(self) -> None:
        """What a recipe has sent comes in by the platform too, perhaps before we have written it down."""
        platform = self._sim.world.platforms.facebook
        ours = [each for each in platform.messages.values() if each.author == platform.profile]
        untold = [each for each in ours if f"{TOPIC}_{each.id}" not in self.posted]
        if untold:
            self._post(self._told(self._sim.rng.choice(untold)))

    def _we_reply(self) -> None:
        there = self._sim.world.store.mentions.values()
        public = [mention for mention in there if not mention.private and not mention.author.managed]
        if public and self._sim.happens(0.3):
            answered = self._sim.rng.choice(public)
            self._post(our_reply(str(len(self.posted)), to=answered.id, private=False))
            return
        self._answer(self._an_open_case())

    def _we_reply_and_wait(self) -> None:
        """What agents mostly do: answer, then hand the turn to the customer."""
        case = self._an_open_case()
        self._answer(case)
        self._set(case and self._sim.world.store.cases[case.id], {"status": "pending"})

    def _answer(self, case: Case | None) -> None:
        if case and case.last_incoming_id:
            answered = case.last_incoming_id.split("_", 1)[1]
            self._post(our_reply(str(len(self.posted)), to=answered))

    def _post(self, mention: IncomingMention) -> None:
        unique_id = f"{mention.topic.id}_{mention.id}"
        self.posted[unique_id] = mention
        self._deliver(unique_id)

    def _something_is_sent_again(self) -> None:
        if self.posted:
            self._deliver(self._sim.rng.choice(self.unanswered or list(self.posted)))

    def _deliver(self, unique_id: str) -> None:
        self._sim.tell(f"{self.posted[unique_id].author.id} sends {unique_id}")
        if unique_id not in self.unanswered:
            self.unanswered.append(unique_id)
        try:
            [result] = ingest([self.posted[unique_id]], self._inbox, self._sim.clock())
        except (Crash, Stale):
            return
        self.sent_again += result.result == "duplicate"
        if unique_id in self.unanswered:
            self.unanswered.remove(unique_id)

    def _an_open_case(self) -> Case | None:
        """What a flow has in hand is mostly left to it."""
        cases = [case for case in self._sim.world.store.cases.values() if case.status != "resolved"]
        if any(case.flow for case in cases) and self._sim.happens(0.9):
            cases = [case for case in cases if case.flow is None]
        return self._sim.rng.choice(cases) if cases else None

    def _an_agent_sets(self, changed: dict[str, object]) -> None:
        self._set(self._an_open_case(), changed)

    def _set(self, case: Case | None, changed: dict[str, object]) -> None:
        if case is None:
            return
        self._sim.tell(f"nora sets {case.id} to {changed}")
        patch, books = CasePatch.model_validate(changed), self._sim.world.rule_books
        try:
            patch_case(case.id, patch, case.revision, Agent(NORA, self._inbox, books, self._sim.clock()))
        except (Crash, Stale, Conflict) as error:
            self._sim.tell(f"nora is refused: {error!r}")

    def _somebody_switches_a_recipe(self) -> None:
        sim = self._sim
        recipe = sim.rng.choice(sim.world.rule_books.current().recipes)
        off = recipe.mode == "enabled"
        if off and sim.happens(0.2) and len(sim.world.rule_books.current().recipes) > 1:
            sim.world.rule_books.remove(recipe.id)
            sim.editions.append(Edition(len(sim.world.store.journal), sim.now, recipe.id, None))
            sim.tell(f"{recipe.id} is deleted")
            self._review(recipe.id)
            return
        switched = {"mode": "disabled", "on_since": None} if off else {"mode": "enabled", "on_since": sim.now}
        new = sim.world.rule_books.put(recipe.model_copy(update=switched))
        sim.editions.append(Edition(len(sim.world.store.journal), sim.now, recipe.id, new))
        sim.tell(f"{recipe.id} is {new.mode}")
        self._review(recipe.id)

    def _somebody_changes_a_wait(self) -> None:
        sim = self._sim
        waiting = [
            recipe
            for recipe in sim.world.rule_books.current().recipes
            if any(isinstance(action, WaitAction) for action in recipe.actions)
        ]
        if not waiting:
            return
        recipe = sim.rng.choice(waiting)
        actions = tuple(
            action.model_copy(update={"minutes": sim.rng.randint(3, 40)})
            if isinstance(action, WaitAction)
            else action
            for action in recipe.actions
        )
        new = sim.world.rule_books.put(recipe.model_copy(update={"actions": actions}))
        sim.editions.append(Edition(len(sim.world.store.journal), sim.now, recipe.id, new))
        sim.tell(f"{recipe.id} waits {[a.minutes for a in actions if isinstance(a, WaitAction)]} minutes now")
        self._review(recipe.id)

    def _somebody_cancels_a_wait(self) -> None:
        armed = [wait for wait in self._sim.world.store.waits.values() if wait.state == "armed"]
        if not armed:
            return
        wait = self._sim.rng.choice(armed)
        self._sim.tell(f"nora cancels {wait.wait_id} of {wait.recipe_id}")
        try:
            cancel_by_hand(wait.wait_id, NORA, self._inbox, self._ledger, self._sim.clock())
        except (Crash, Stale, Conflict) as error:
            self._sim.tell(f"nora is refused: {error!r}")

    def _somebody_moderates(self) -> None:
        """Objects, decides about what is held, has something tried again; or acts by hand."""
        sim, acts = self._sim, list(self._sim.world.store.moderations.values())
        nora = Moderator(
            Agent(NORA, self._inbox, sim.world.rule_books, sim.clock()), self._moderations, self._queue
        )
        try:
            if acts and sim.happens(0.8):
                self._decide(nora, sim.rng.choice(acts).id)
                return
            theirs = [each for each in sim.world.store.mentions.values() if not each.author.managed]
            if theirs:
                mention, what = sim.rng.choice(theirs), sim.rng.choice(BY_HAND)
                sim.tell(f"nora wants to {what} {mention.unique_id}")
                nora.act(mention.unique_id, NewModeration(what=what), str(len(acts)))
        except (Crash, Stale, Conflict) as error:
            sim.tell(f"nora is refused: {error!r}")

    def _decide(self, nora: Moderator, act_id: str) -> None:
        act = self._sim.world.store.moderations[act_id]
        if act.state == "held":
            decides = self._sim.rng.choice([nora.approve, nora.approve, nora.dismiss])
        elif act.state in ("failed", "cancelled"):
            decides = nora.retry
        else:
            self._sim.tell(f"nora objects to {act_id}, which is {act.state}")
            nora.object(act_id, Objection(reason="not that bad"))
            return
        self._sim.tell(f"nora: {decides.__name__} {act_id}, which is {act.state}")
        decides(act_id, ModerationDecision())

    def _review(self, recipe_id: str) -> None:
        """Whoever changes a recipe says what becomes of its waits (A30)."""
        wanted: Review | None = self._sim.rng.choice([None, None, "re-evaluate", "cancel"])
        if wanted is None:
            return
        self._sim.tell(f"the waits of {recipe_id}: {wanted}")
        try:
            ask(recipe_id, wanted, "cancelled when the recipe was changed", NORA, self._ledger, self._queue,
                self._sim.clock())  # fmt: skip
        except Crash:
            self._sim.tell("not all of them were asked for")

    def let_time_pass(self) -> None:
        """Some minutes, or just as many as the next wait takes; a flow ends in its own time."""
        armed = self._sim.world.timers.armed.values()
        ends = (schedule.at for schedule in armed if schedule.message.type != "flow_over")
        due = min(ends, default=self._sim.now)
        if self._sim.happens(0.6):
            self._sim.world.now = max(self._sim.now, due)
        else:
            self._sim.world.now += timedelta(seconds=self._sim.rng.choice([1, 60, 300, 900]))
