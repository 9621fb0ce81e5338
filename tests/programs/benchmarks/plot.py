"""Draw the cost of calls as SVG, with matplotlib.

`python -m tests.programs.benchmarks.plot FILE CONCURRENCIES COSTS`.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module


def draw(path: str, concurrencies: list[int], costs: dict[str, list[float]]) -> None:
    """Draw a line for each caller, thick for those of this package."""
    matplotlib = import_module("matplotlib")
    matplotlib.use("svg")
    # The same bytes for the same costs, and text that can be searched.
    matplotlib.rcParams.update({"svg.hashsalt": "throughput", "svg.fonttype": "none", "font.size": 9})
    figure, axes = import_module("matplotlib.pyplot").subplots(figsize=(8, 4.5), layout="constrained")
    for caller, values in costs.items():
        ours = caller.startswith("stored_completions")
        axes.plot(
            concurrencies, values, marker="o", label=caller, linewidth=2.5 if ours else 1, alpha=1 if ours else 0.7
        )
    axes.set(xscale="log", yscale="log", xlabel="calls at a time", ylabel="processor's microseconds for a call")
    axes.set_xticks(concurrencies, [str(concurrencie) for concurrencie in concurrencies])
    axes.grid(True, which="both", alpha=0.2)
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5), frameon=False)
    figure.savefig(path, metadata={"Date": None})


if __name__ == "__main__":
    draw(sys.argv[1], json.loads(sys.argv[2]), json.loads(sys.argv[3]))
