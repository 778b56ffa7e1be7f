"""What notifications need, in memory: trays, what waits, mail, push and devices."""

from collections.abc import Sequence

from inbox_recipes.devices import Device, Platform
from inbox_recipes.digests import Letter
from inbox_recipes.errors import Conflict, Stale
from inbox_recipes.notifications import Counted, Tray
from tests.fakes.store import Store


class FakeNotifications:
    """The Notifications port over a store, where transactions put what they count."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def tray(self, recipe_id: str, position: int) -> Tray:
        empty = Tray(recipe_id=recipe_id, position=position)
        return self._store.trays.get((recipe_id, position), empty)

    def waiting(self, recipe_id: str, position: int, limit: int) -> Sequence[Counted]:
        mine = [c for c in self._store.counted.values() if (c.recipe_id, c.position) == (recipe_id, position)]
        return sorted(mine, key=lambda counted: (counted.at, counted.run_id))[:limit]

    def put(self, after: Tray, taken: Sequence[Counted] = ()) -> None:
        if self.tray(after.recipe_id, after.position).revision != after.revision - 1:
            raise Stale("somebody else works on this notification")
        keys = [(each.recipe_id, each.position, each.run_id) for each in taken]
        if not all(key in self._store.counted for key in keys):
            raise Stale("somebody else works on this notification")
        for key in keys:
            del self._store.counted[key]
        self._store.trays[after.recipe_id, after.position] = after


class FakePost:
    """Mail or push: keeps what was sent, or raises what `answers` holds next."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Letter]] = []
        self.answers: list[Exception | None] = []
        self.not_set_up: str | None = None

    def refusal(self) -> str | None:
        return self.not_set_up

    def send(self, to: str, letter: Letter) -> None:
        answer = self.answers.pop(0) if self.answers else None
        if answer is not None:
            raise answer
        self.sent.append((to, letter))

    @property
    def to(self) -> list[str]:
        """Whom something was sent to."""
        return [to for to, _ in self.sent]


class FakeDevices:
    """The Devices port: an endpoint belongs to one device at a time."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, str], Device] = {}

    def of(self, user_id: str) -> Sequence[Device]:
        return [self.known[key] for key in sorted(self.known) if key[0] == user_id]

    def put(self, device: Device) -> None:
        self.known = {key: each for key, each in self.known.items() if each.endpoint != device.endpoint}
        self.known[device.user_id, device.id] = device

    def remove(self, user_id: str, device_id: str) -> None:
        self.known.pop((user_id, device_id), None)


class FakeDeviceRegistry:
    """The DeviceRegistry port: an endpoint for each token. Google is not set up."""

    def __init__(self) -> None:
        self.forgotten: list[str] = []

    def register(self, platform: Platform, token: str, user_id: str) -> str:
        if platform == "google":
            raise Conflict(
                "Push to google devices is not set up: the stack's GooglePushApplicationArn is empty."
            )
        return f"arn:aws:sns:eu-west-1:1:endpoint/APNS/app/{len(token)}"

    def forget(self, endpoint: str) -> None:
        self.forgotten.append(endpoint)
