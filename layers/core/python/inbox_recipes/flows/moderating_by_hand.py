"""What people do about moderation: act on a mention themselves, object, let what is held go on or not.

It is written down here and carried out by the executor: the API has no secrets of platforms (R9).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from pydantic import StringConstraints

from inbox_recipes import ids
from inbox_recipes.effects import Removal
from inbox_recipes.errors import Conflict, NotFound
from inbox_recipes.flows.by_hand import Agent, tried_again
from inbox_recipes.flows.moderation_records import begun, message_for, write
from inbox_recipes.inbox import Frozen, Mention
from inbox_recipes.moderations import Moderation, Remark, refusal
from inbox_recipes.platforms import Act
from inbox_recipes.ports import Moderations, RunQueue
from inbox_recipes.profiles import profile_of

Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]


class NewModeration(Frozen):
    """What to do on the platform to a mention or its author, and why."""

    what: Act
    reason: Reason | None = None


class Objection(Frozen):
    """Why an act should not be, or not have been."""

    reason: Reason


class ModerationDecision(Frozen):
    """Why a person decides so."""

    reason: Reason | None = None


@dataclass(frozen=True)
class Moderator:
    """A person who moderates now, and what that needs."""

    agent: Agent
    moderations: Moderations
    queue: RunQueue

    def act(self, unique_id: str, new: NewModeration, key: str) -> tuple[Moderation, bool]:
        """Have it done, and whether it was asked for already: the same key is the same act.

        Raises NotFound, or Conflict where the platform has no way to do it or no profile of ours may.
        """
        moderation_id = ids.moderation_id("by hand", unique_id, key)

        def ask() -> tuple[Moderation, bool]:
            known = self.moderations.get(moderation_id)
            if known is not None:
                if known.what != new.what:
                    raise Conflict("This Idempotency-Key has been used for something else.")
                return known, True
            mention = self.agent.mention(unique_id)
            removal = Removal(mention, new.what, None, 0)
            who = self.agent.actor
            act = begun(
                moderation_id, removal, self._profile(mention, removal), who, self.agent.now, "pending",
                reason="asked for by hand", note=new.reason,
            )  # fmt: skip
            return self._written(None, act), False

        return tried_again(ask)

    def object(self, moderation_id: str, objection: Objection) -> Moderation:
        """Call off what waits, and have what was hidden shown again."""
        return self._decide(moderation_id, lambda act: act.object(self._remark(objection.reason)))

    def approve(self, moderation_id: str, decision: ModerationDecision) -> Moderation:
        """Let one go on that was held above the ceiling."""
        return self._decide(moderation_id, lambda act: act.approve(self._remark(decision.reason)))

    def dismiss(self, moderation_id: str, decision: ModerationDecision) -> Moderation:
        """Have nothing done about one that was held."""
        return self._decide(moderation_id, lambda act: act.dismiss(self._remark(decision.reason)))

    def retry(self, moderation_id: str, decision: ModerationDecision) -> Moderation:
        """Try again what was given up."""
        return self._decide(moderation_id, lambda act: act.retry(self._remark(decision.reason)))

    def _profile(self, mention: Mention, removal: Removal) -> str:
        profile = profile_of(mention, self.agent.books.current().profiles)
        why = refusal(removal, profile)
        if why or profile is None:
            raise Conflict(f"This cannot be done: {why}.")
        return profile

    def _remark(self, reason: str | None) -> Remark:
        return Remark(by=self.agent.actor, reason=reason, at=self.agent.now)

    def _decide(self, moderation_id: str, decide: Callable[[Moderation], Moderation]) -> Moderation:
        def change() -> Moderation:
            before = self.moderations.get(moderation_id)
            if before is None:
                raise NotFound("act of moderation", moderation_id)
            return self._written(before, decide(before))

        return tried_again(change)

    def _written(self, before: Moderation | None, after: Moderation) -> Moderation:
        """Write it, and have what is due now done. If that message is lost, the sweeper sends it."""
        agent = self.agent
        write(before, after, agent.inbox, agent.books, agent.now, agent.actor)
        if after.state == "pending":
            self.queue.send([message_for(after, agent.now)])
        return after
