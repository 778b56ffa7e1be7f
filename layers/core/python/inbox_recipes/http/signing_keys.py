"""The keys that sign webhooks: which they are, and new ones (R11)."""

from inbox_recipes.http.inbox import plain
from inbox_recipes.http.request import Answer, Request
from inbox_recipes.signing_keys import Rotation
from inbox_recipes.validation import validated


def live(request: Request) -> Answer:
    """What signs now: the end of each symmetric key, the public half of each ed25519 key."""
    services = request.services
    return Answer(plain(services.signing_keys.live(services.now())))


def rotate(request: Request) -> Answer:
    """Sign with new keys. The new symmetric key is in this answer and in no other."""
    wanted = validated(Rotation, request.json())
    services = request.services
    made = services.signing_keys.rotate(wanted, services.now())
    return Answer(plain(made), 200, {"Cache-Control": "no-store"})
