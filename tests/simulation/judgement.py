"""The five numbers of a history, and what each bad one is about."""

from dataclasses import dataclass, field


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

    def __str__(self) -> str:
        bad = [
            f"  {name}: {what}"
            for name in ("lost", "duplicated", "unexpected")
            for what in getattr(self, name)[:10]
        ]
        numbers = (
            f"ok {self.ok}, recovered {self.recovered}, lost {len(self.lost)}, "
            f"duplicated {len(self.duplicated)}, unexpected {len(self.unexpected)}"
        )
        return "\n".join([numbers, *bad])
