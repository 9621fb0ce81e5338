"""The command `python -m generator`, which generates a package or checks `generated/`."""

from __future__ import annotations

import argparse
import gc
import sys
import tempfile
from functools import partial
from pathlib import Path

from .comparing import drift, stale_overrides, swap
from .generate import GenerationError, generate
from .spec.configuration import configure


def main() -> int:
    """Run the command and return its exit status."""
    arguments = _parser().parse_args()
    make = partial(generate, spec=arguments.spec, config=arguments.config, all_problems=arguments.problems)
    generated = Path.cwd() / "generated"
    try:
        if arguments.output:
            arguments.output.mkdir(parents=True, exist_ok=True)
            print(make(arguments.output))
            return 0
        with tempfile.TemporaryDirectory(prefix="generate-") as folder:
            package = make(Path(folder))
            differences = drift(package, generated, swapped_in=not arguments.check)
            if not arguments.check:
                swap(package, generated)
                print("\n".join(differences) if differences else "generated/ is unchanged.")
                return 0
    except GenerationError as error:
        print(f"{error}\n{arguments.output or 'generated'}/ is unchanged.", file=sys.stderr)
        return 1
    problems = differences + stale_overrides()
    if problems:
        print("\n".join(problems), file=sys.stderr)
        command = configure(arguments.config).command
        advice = "after a change of spec, config, templates or pins; never edit generated/"
        print(f"Run `{command}` {advice}.", file=sys.stderr)
        return 1
    print("generated/ is up to date with the spec, the config, the runtime, the templates and the pins.")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m generator", description="Generate a client from openapi.yaml.")
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--check", action="store_true", help="say how generated/ differs, change nothing")
    mode.add_argument("--output", type=Path, help="write the package below this folder, leave generated/ alone")
    parser.add_argument("--problems", action="store_true", help="list every problem of the spec, not the first few")
    parser.add_argument("--spec", type=Path, default=Path("openapi.yaml"), help="another spec than openapi.yaml")
    parser.add_argument(
        "--config",
        type=Path,
        default=Path("generator-config.yml"),
        help="another configuration than generator-config.yml",
    )
    return parser


if __name__ == "__main__":
    gc.disable()
    status = main()
    gc.freeze()  # so that the clean-up at exit is fast
    sys.exit(status)
