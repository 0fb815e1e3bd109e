"""The Varve under test: this module alone decides how a measurement starts Varve.

By default, cli/bin/varve builds the jar and runs the launcher that releases have.
"""

import os
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
JAR = PROJECT / "cli/target/varve.jar"
LAUNCHER = Path(os.environ.get("VARVE") or PROJECT / "cli/bin/varve").absolute()


def varve(*arguments):
    """Returns the command line that starts Varve with these arguments."""
    return [str(LAUNCHER), *map(str, arguments)]
