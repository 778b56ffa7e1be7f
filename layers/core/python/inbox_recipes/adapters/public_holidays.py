"""The HolidayCalendars port on the `holidays` package.

The package is large and slow to load, and only saving a schedule that asks for a country needs it: it is
in a layer of the api function alone, and is imported when it is first asked.
"""

from collections.abc import Collection, Sequence

from inbox_recipes.business_hours import Holiday
from inbox_recipes.errors import InvalidInput, Problem


class PublicHolidayCalendars:
    """Public holidays by country (ISO 3166-1, two letters) and subdivision."""

    def holidays(self, country: str, subdivision: str | None, years: range) -> Sequence[Holiday]:
        """The holidays in those years, by date, named as people there name them."""
        from holidays import country_holidays, list_supported_countries  # noqa: PLC0415 - see above

        known = list_supported_countries(include_aliases=False)
        if country not in known:
            detail = f"No public holidays are known for {country!r}: a country is two capital letters."
            raise _refused("country", detail, known)
        if subdivision is not None and subdivision not in known[country]:
            detail = f"{country} has no part {subdivision!r} with holidays of its own."
            raise _refused("subdivision", detail, known[country])
        found = country_holidays(country, subdiv=subdivision, years=years)
        return [Holiday(date=day, name=name[:200]) for day, name in sorted(found.items())]


def _refused(key: str, detail: str, allowed: Collection[str]) -> InvalidInput:
    return InvalidInput([Problem(f"/holidays/{key}", detail, tuple(sorted(allowed)))])
