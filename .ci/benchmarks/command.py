"""Runs measurements, prints their tables and writes their raw numbers."""

import json
from functools import partial

from . import container, deltas, distributions, peers, publish, registry, speed, updates
from .programs import run, say
from .settings import parse_settings
from .varve import varve

# The functions that measure and that render, by the name of the measurement.
MEASUREMENTS = {
    "small": (partial(updates.measure, "small"), partial(updates.table, "Small")),
    "desktop": (partial(updates.measure, "desktop"), partial(updates.table, "Desktop")),
    "debian": (partial(distributions.measure, "debian"), partial(distributions.table, "Debian")),
    "arch": (partial(distributions.measure, "arch"), partial(distributions.table, "Arch")),
    "speed": (speed.measure, speed.table),
    "deltas": (deltas.measure, deltas.table),
    "peers": (peers.measure, peers.table),
    "registry": (registry.measure, registry.table),
    "publish": (publish.measure, publish.table),
    "container": (container.measure, container.table),
}


def main():
    """Runs the measurement that the user names, or all."""
    settings = parse_settings(MEASUREMENTS)
    settings.work.mkdir(parents=True, exist_ok=True)
    run(*varve("--version"))  # builds Varve before anything is timed
    results = {}
    for what in MEASUREMENTS if settings.what == "all" else (settings.what,):
        measure, table = MEASUREMENTS[what]
        results[what] = measure(settings)
        settings.json.write_text(json.dumps(results, indent=1))
        print("\n".join(table(results[what])) + "\n", flush=True)
    say(f"raw numbers: {settings.json}")
