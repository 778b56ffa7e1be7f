"""The platforms that messages come from and go to: one file each, and what each of them can do.

A connector is loaded when it is asked for: a function that gets no mail does not load what reads mail.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from inbox_recipes.errors import InvalidInput, Problem

if TYPE_CHECKING:
    from inbox_recipes.platforms.base import Connector

Service = Literal["twitter", "facebook", "email"]
"""As `source.service` of mentions has it."""
SERVICES: tuple[Service, ...] = get_args(Service)

Act = Literal["hide", "unhide", "delete", "block_author"]
"""What can be done on a platform to what somebody else wrote there, or to whoever wrote it."""


@dataclass(frozen=True)
class Capabilities:
    """What can be done on a platform (row 42, A12, A38).

    `reply` is an answer in kind (A10); `private_reply` a private message whatever is answered, which mail
    has not (A38); `quick_replies` are buttons below one. `delete` is of what others wrote. `read_back` is
    whether the platform can be asked whether a message of ours has arrived there. `unhide` takes back what
    `hide` did.
    """

    reply: bool
    private_reply: bool
    public_reply: bool
    hide: bool
    unhide: bool
    delete: bool
    block_author: bool
    read_back: bool
    quick_replies: bool

    def allows(self, act: Act) -> bool:
        """Whether that can be done there at all."""
        acts: dict[Act, bool] = {
            "hide": self.hide,
            "unhide": self.unhide,
            "delete": self.delete,
            "block_author": self.block_author,
        }
        return acts[act]


CAPABILITIES: dict[Service, Capabilities] = {
    "twitter": Capabilities(
        reply=True, private_reply=True, public_reply=True,
        hide=True, unhide=True, delete=False, block_author=True, read_back=True, quick_replies=False,
    ),
    "facebook": Capabilities(
        reply=True, private_reply=True, public_reply=True,
        hide=True, unhide=True, delete=True, block_author=True, read_back=True, quick_replies=True,
    ),
    "email": Capabilities(
        reply=True, private_reply=False, public_reply=False,
        hide=False, unhide=False, delete=False, block_author=False, read_back=False, quick_replies=False,
    ),
}  # fmt: skip


def services_for(acts: Iterable[Act]) -> tuple[Service, ...]:
    """The platforms where all of that can be done."""
    wanted = tuple(acts)
    return tuple(each for each, can in CAPABILITIES.items() if all(can.allows(act) for act in wanted))


def connector(service: str) -> "Connector":
    """The platform's connector. Raises InvalidInput for a platform that there is none for."""
    match service:
        case "twitter":
            from inbox_recipes.platforms.x import X

            return X()
        case "facebook":
            from inbox_recipes.platforms.facebook import Facebook

            return Facebook()
        case "email":
            from inbox_recipes.platforms.mail import Mail

            return Mail()
    raise InvalidInput([Problem("{platform}", f"There is no platform {service!r}.", SERVICES)])
