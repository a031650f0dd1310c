"""What a benchmark answers, and how it is printed."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value.

    Attributes:
        name: what was measured.
        value: how much.
        unit: of the value; "" for a ratio.
        target: the most it may be; None: a first figure to improve on.
    """

    name: str
    value: float
    unit: str = ""
    target: float | None = None

    @property
    def is_well(self) -> bool:
        """Whether the target, if there is one, is kept."""
        return self.target is None or self.value <= self.target


@dataclass(frozen=True, slots=True)
class Report:
    """The ratios and the absolute figures of one benchmark."""

    title: str
    ratios: list[Figure]
    absolute: list[Figure] = field(default_factory=list)


def as_text(report: Report) -> str:
    """Return a report as a plain table."""
    figures = [*report.ratios, *report.absolute]
    width = max(len(figure.name) for figure in figures)
    lines = [report.title, ""]
    for heading, part in (("ratios", report.ratios), ("absolute", report.absolute)):
        lines += [f"  {heading}"] if part else []
        lines += [f"    {figure.name:<{width}}  {_value(figure)}" for figure in part]
    return "\n".join(lines) + "\n"


def _value(figure: Figure) -> str:
    text = f"{figure.value:>10.4g} {figure.unit:<8}"
    if figure.target is None:
        return text.rstrip()
    return f"{text} at most {figure.target:g}: {'kept' if figure.is_well else 'MISSED'}"
