"""The devices of a user that push notifications go to. Their tokens go in and never come out (R9)."""

from inbox_recipes.devices import MOST_DEVICES, Device, DeviceRegistration
from inbox_recipes.errors import Conflict, NotFound
from inbox_recipes.http.paging import listing, part_of
from inbox_recipes.http.request import Answer, Request
from inbox_recipes.inbox import Frozen, Time
from inbox_recipes.people import Id, Name
from inbox_recipes.validation import validated


class DeviceDates(Frozen):
    """When it was last registered."""

    added: Time


class DeviceShown(Frozen):
    """A device, without its token."""

    id: str
    platform: str
    name: Name | None
    date: DeviceDates


class DeviceId(Frozen):
    """The id of a device, as its path gives it."""

    id: Id


def all_of(request: Request) -> Answer:
    """A user's devices, by id; a caller who is no user of the directory has none."""
    nobody = "id" not in request.path and request.caller.user_id is None
    devices = () if nobody else request.services.devices.of(_user(request))
    return listing(
        request, lambda limit, cursor: part_of(devices, lambda each: each.id, limit, cursor), _shown
    )


def put(request: Request) -> Answer:
    """Register a device, or register it anew with another token."""
    services, user_id = request.services, _user(request)
    device_id = validated(DeviceId, {"id": request.path["device_id"]}).id
    wanted = validated(DeviceRegistration, request.json())
    others = [each for each in services.devices.of(user_id) if each.id != device_id]
    if len(others) >= MOST_DEVICES:
        raise Conflict(f"A user has {MOST_DEVICES} devices at most; delete one first.")
    endpoint = services.device_registry.register(wanted.platform, wanted.token, user_id)
    device = Device(
        id=device_id,
        user_id=user_id,
        platform=wanted.platform,
        name=wanted.name,
        endpoint=endpoint,
        added=services.now(),
    )
    services.devices.put(device)
    return Answer(_shown(device))


def delete(request: Request) -> Answer:
    """Forget a device: nothing is pushed to it any more."""
    services, user_id, device_id = request.services, _user(request), request.path["device_id"]
    device = next((each for each in services.devices.of(user_id) if each.id == device_id), None)
    if device is None:
        raise NotFound("device", device_id)
    services.device_registry.forget(device.endpoint)
    services.devices.remove(user_id, device_id)
    return Answer(status=204)


def _user(request: Request) -> str:
    """Whose devices: those of the user in the path, or one's own under `/me`."""
    user_id = request.path.get("id") or request.caller.user_id
    if user_id is None:
        raise Conflict(f"{request.actor.id!r} is no user of the directory, and has no devices.")
    request.services.configuration.get("user", user_id)
    return user_id


def _shown(device: Device) -> dict[str, object]:
    return {
        "id": device.id,
        "platform": device.platform,
        "name": device.name,
        "date": {"added": device.model_dump(mode="json")["added"]},
    }
