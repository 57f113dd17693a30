"""Figures with goals of their own, printed as they are found."""

_ROW = "{:<58}{:>12}   {:<24}{}"


class Figures:
    """Prints figures and counts the goals that are met."""

    def __init__(self) -> None:
        self.met: list[bool] = []

    def row(self, name: str, value: float, unit: str, goal: float, beside: str = "") -> None:
        """Print a figure that is to be at most `goal`."""
        self.met.append(value <= goal)
        verdict = "met" if value <= goal else "NOT MET"
        print(
            _ROW.format(name, f"{value:.1f} {unit}", f"goal {goal:g} {unit}: {verdict}", beside), flush=True
        )
