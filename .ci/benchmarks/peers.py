"""Measures Varve and chunkah on one series, with the same number of layers."""

import datetime
import json
import os
import shutil
import statistics

from .images import Layout, downloaded, unpack
from .programs import fresh_directory, measured, missing, remove, say
from .series import find_series, rechunk_command, updates_of
from .tables import megabytes, row, rule

VARVE_OPTIONS = {"Varve, zstd:6": (), "Varve, gzip:6": ("--compression", "gzip:6")}


def measure(settings):
    """Measures both programs, or returns what is missing."""
    chunkah = settings.chunkah or shutil.which("chunkah")
    lacks = [] if chunkah else ["chunkah (--chunkah PATH)"]
    lacks += missing("umoci") + (["root"] if os.geteuid() else [])
    if lacks:
        say(f"peers: not measured, for lack of {', '.join(lacks)}")
        return {"lacks": lacks}
    series = find_series(settings.peers_on, settings)
    work = fresh_directory(settings.work, "run", "peers")
    limit = ("--max-layers", str(settings.peer_layers))
    tools = {
        name: measure_varve(series, name, (*limit, *options), work)
        for name, options in VARVE_OPTIONS.items()
    }
    tools |= measure_chunkah(series, chunkah, limit, work)
    remove(work)
    return {
        "series": series.name,
        "layers": settings.peer_layers,
        "as built": downloads([series.layers(k) for k in range(series.count)]),
        "tools": tools,
    }


def measure_varve(series, name, options, work):
    """Measures Varve with these options on each image of a series."""
    directory, seconds = fresh_directory(work, "varve"), []
    for k in range(series.count):
        say(f"peers: {name}, on image {k}")
        command = rechunk_command(series, k, fresh=k == 0, options=options)
        seconds.append(measured(command, directory)["seconds"])
    out = Layout(directory / "out")
    layers = [out.layers(f"v{k}") for k in range(series.count)]
    remove(directory)
    return {"seconds": seconds, **downloads(layers)}


def measure_chunkah(series, program, options, work):
    """Measures chunkah on each image of a series, with two choices of SOURCE_DATE_EPOCH."""
    epochs = {
        "chunkah, gzip:6, each build's date": lambda k: epoch_of(series, k),
        "chunkah, gzip:6, one SOURCE_DATE_EPOCH": lambda k: epoch_of(series, 0),
    }
    layers, seconds = {name: [] for name in epochs}, {name: [] for name in epochs}
    config, out = work / "inspect.json", work / "chunkah"
    for k in range(series.count):
        root = unpack(series.layout(k).directory, f"v{k}", work / "source")
        config.write_text(json.dumps(inspected(series, k)))
        for name, epoch in epochs.items():
            say(f"peers: {name}, on image {k}")
            remove(out)
            command = [
                *(str(program), "build", "--rootfs", str(root), "--config", str(config), *options),
                *("--compressed", "--skip-special-files", "--source-date-epoch", str(epoch(k))),
                *("--output", f"oci:{out}"),
            ]
            seconds[name].append(measured(command, work)["seconds"])
            layers[name].append(Layout(out).layers())
    return {name: {"seconds": seconds[name], **downloads(layers[name])} for name in epochs}


def downloads(images):
    """Returns the bytes of each update, and of one update from the first image to the last."""
    return {"updates": updates_of(images), "at once": downloaded(images[0], images[-1])}


def epoch_of(series, k):
    """Returns the creation time of an image, in seconds since the epoch."""
    created = series.layout(k).config(f"v{k}")["created"]
    return int(datetime.datetime.fromisoformat(created).timestamp())


def inspected(series, k):
    """Returns the part of the output of podman inspect that chunkah reads."""
    config = series.layout(k).config(f"v{k}")
    return [
        {
            "Created": config["created"],
            "Config": config.get("config", {}),
            "Architecture": config["architecture"],
            "Os": config["os"],
        }
    ]


def table(result):
    """Renders the measurement."""
    if "lacks" in result:
        return ["### Peers", "", f"Not measured, for lack of {', '.join(result['lacks'])}."]
    updates = len(result["as built"]["updates"])
    lines = [
        f"### Peers: {result['series']} series, at most {result['layers']} layers;"
        " MB downloaded by each update",
        "",
        row("", *range(1, updates + 1), "mean", f"all {updates} at once", "mean time"),
        rule(updates + 3),
    ]
    for name, found in {"as built": result["as built"], **result["tools"]}.items():
        lines.append(
            row(
                name,
                *map(megabytes, found["updates"]),
                megabytes(statistics.mean(found["updates"])),
                megabytes(found["at once"]),
                f"{statistics.mean(found['seconds']):.1f} s" if "seconds" in found else "",
            )
        )
    return lines
