"""Messages to customers: none goes out twice, each comes to an end, and what is unknown is said (R3)."""

from collections import Counter

from tests.simulation.history import History
from tests.simulation.judgement import Judgement

WRITTEN = ("reply", "send_private_reply")


def judge_replies(history: History, found: Judgement) -> None:
    """Class C: the platform has at most one of each, and the outbox says of each what is true."""
    store, platform = history.sim.world.store, history.platforms.facebook
    ours = Counter(each.text for each in platform.messages.values() if each.author == platform.profile)
    found.duplicated += [f"{text!r} was sent {times} times" for text, times in ours.items() if times > 1]
    for item in store.outbox.values():
        what = f"{item.id}, {item.text!r}, is {item.state}"
        if item.state in ("queued", "sending"):
            found.lost.append(what)
        if item.state == "sent" and not ours[item.text]:
            found.lost.append(f"{what}, and the platform does not have it")
        if item.state in ("draft", "awaiting_approval", "failed", "skipped") and ours[item.text]:
            found.unexpected.append(f"{what}, and the platform has it")
        told = {line.outcome for line in store.history("mention", item.unique_id) if line.type in WRITTEN}
        if item.state == "unknown" and "unknown" not in told:
            found.lost.append(f"the line that says that it is not known about {item.id}")
