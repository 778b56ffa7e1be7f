"""The five numbers of a history, and what each bad one is about."""

from collections import Counter
from dataclasses import dataclass, field

NUMBERS = ("ok", "lost", "duplicated", "recovered", "unexpected")


@dataclass
class Judgement:
    """`ok`: occurrences that led to what they should; `recovered`: deliveries that were made again."""

    ok: int = 0
    recovered: int = 0
    lost: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        """Nothing lost, nothing twice, nothing that should not be."""
        return not (self.lost or self.duplicated or self.unexpected)

    @property
    def numbers(self) -> dict[str, int]:
        """All five."""
        bad = {name: len(getattr(self, name)) for name in ("lost", "duplicated", "unexpected")}
        return {"ok": self.ok, "recovered": self.recovered, **bad}

    def __str__(self) -> str:
        bad = [
            f"  {name}: {what}"
            for name in ("lost", "duplicated", "unexpected")
            for what in getattr(self, name)[:10]
        ]
        numbers = ", ".join(f"{name} {self.numbers[name]}" for name in NUMBERS)
        return "\n".join([numbers, *bad])


def in_words(numbers: Counter[str]) -> str:
    """`10,000 histories: ok 300,000, lost 0, ...`."""
    told = ", ".join(f"{each} {numbers[each]:,}" for each in NUMBERS)
    return f"{numbers['histories']:,} histories: {told}"
