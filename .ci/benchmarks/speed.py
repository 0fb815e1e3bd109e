"""Measures time, memory and disk space of rechunking one image.

The yardstick is `gzip -dc | sha256sum` over the layers of the image, with all cores.
"""

import gzip
import json
import os
import statistics
import sys
import tarfile

from .programs import CORES, fresh_directory, measured, remove, run, say, side_by_side
from .series import find_series, rechunk
from .tables import mebibytes, row, rule
from .varve import JAR, PROJECT, varve

RUNS = ("with a previous image", "fresh")


def measure(settings):
    """Measures the last image of a series."""
    if not JAR.exists():
        sys.exit(f"measuring speed: expected {JAR}, found none; cli/bin/varve --version builds it")
    series = find_series(settings.big_series, settings)
    work = fresh_directory(settings.work, "run", "speed")
    sizes = series.layers(series.last)
    layers = [series.layout(series.last).blob(digest) for digest in sizes]
    say("speed: sizes, and the previous image")
    result = {
        "uncompressed": uncompressed_size(layers),
        "compressed": sum(sizes.values()),
        "cores": CORES,
    }
    rechunk(series, work, images=[series.last - 1])
    seconds = [yardstick(layers)]
    for name in RUNS:
        say(f"speed: rechunking {name}")
        result[name] = measure_rechunk(series, name, work)
        seconds.append(yardstick(layers))
    result["yardstick"] = seconds
    for name in RUNS:
        result[name]["ratio"] = result[name]["seconds"] / statistics.median(seconds)
    say("speed: planning")
    result["planning"] = measure_planning()
    remove(work)
    return result


def measure_rechunk(series, name, work):
    """Measures the rechunking of the last image, with the previous image or without."""
    k, scratch = series.last, fresh_directory(work, "scratch")
    target, previous = f"oci:fresh:v{k}", ["--fresh"]
    if name == "with a previous image":
        target, previous = f"oci:out:v{k}", ["--prev", f"oci:out:v{k - 1}"]
    command = varve("rechunk", series.reference(k), target, *previous, "--scratch", scratch)
    return measured([*command, "--quiet"], work, scratch)


def measure_planning():
    """Returns what PlanningBench prints of planning a desktop image."""
    return json.loads(run("java", "-cp", str(JAR), str(PROJECT / ".ci/PlanningBench.java")))


def yardstick(layers):
    """Returns the seconds of gzip -dc | sha256sum over layers, as many at a time as cores."""
    return side_by_side('gzip -dc "$0" | sha256sum', layers)


def uncompressed_size(layers):
    """Returns the bytes of the files of an image, hard links once, from its layers in order."""
    sizes = {}
    for path in layers:
        with gzip.open(path) as raw, tarfile.open(fileobj=raw, mode="r|") as tar:
            for member in tar:
                _apply(member, sizes)
    return sum(sizes.values())


def _apply(member, sizes):
    directory, base = os.path.split(os.path.normpath(member.name))
    if base == ".wh..wh..opq":
        _delete_below(directory, sizes)
    elif base.startswith(".wh."):
        removed = os.path.join(directory, base.removeprefix(".wh."))
        _delete_below(removed, sizes)
        sizes.pop(removed, None)
    else:
        sizes[os.path.join(directory, base)] = member.size if member.isreg() else 0


def _delete_below(directory, sizes):
    for path in [path for path in sizes if path.startswith(directory + "/")]:
        del sizes[path]


def table(result):
    """Renders the measurement."""
    planning, files = result["planning"], result["uncompressed"]
    yard = statistics.median(result["yardstick"])
    lines = [
        f"### Speed: {files / 1e9:.2f} GB of files, {result['cores']} cores",
        "",
        row(
            *("", "time", "× gzip -dc \\| sha256sum"),
            *("peak memory", "peak scratch", "scratch / files"),
        ),
        rule(5),
        row("gzip -dc \\| sha256sum over its layers", f"{yard:.1f} s", "1.00", "", "", ""),
    ]
    for name in RUNS:
        used = result[name]
        lines.append(
            row(
                f"Varve, {name}",
                f"{used['seconds']:.1f} s",
                f"{used['ratio']:.2f}",
                mebibytes(used["rss"]),
                f"{used['scratch'] / 1e6:.0f} MB",
                f"{used['scratch'] / files:.2f}",
            )
        )
    return [
        *lines,
        "",
        f"Planning {planning['components']:,} components into {planning['layers']} layers, in a new"
        f" JVM: {planning['freshMillis']} ms without a previous image, {planning['nextMillis']} ms"
        " with a previous image of which a tenth changed.",
    ]
