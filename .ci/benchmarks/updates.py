"""Measures what each update of a series downloads, and checks the images that Varve writes."""

import os
import statistics

from . import checks
from .images import Layout, unpack
from .packages import changed_packages
from .programs import fresh_directory, missing, remove, say
from .series import find_series, rechunk, updates_of
from .tables import megabytes, row, rule, yes
from .trees import differences, walk

VARIANTS = {
    "default": {},
    "128 layers": {"options": ("--max-layers", "128")},
    "no memory": {"memory": False},
}
TITLES = {
    "as built": "as built",
    "default": "Varve, default (120 layers)",
    "128 layers": "Varve, 128 layers",
    "no memory": "Varve, each image planned without the previous image",
}


def measure(name, settings):
    """Measures the series with this name."""
    series = find_series(name, settings)
    work = fresh_directory(settings.work, "run", name)
    result = {"images": series.count, "updates": update_sizes(series, work)}
    output = Layout(work / "default/out")
    say(f"{name}: each component in a layer of its own, for the floor")
    alone = rechunk(series, fresh_directory(work, "alone"), options=("--max-layers", "100000"))
    say(f"{name}: verify-content")
    result["verify-content"] = checks.verify_content(series, output)
    every = settings.judge_all or name == "small"
    judged = range(series.count) if every else (0, series.last)
    result |= judge(series, output, alone, work, judged)
    result["readers"] = checks.readers(output, f"v{series.last}", work)
    result["same bytes"] = checks.same_bytes(series, output, work)
    return result


def update_sizes(series, work):
    """Returns the bytes that each update downloads: as built, and for each variant of Varve."""
    found = {"as built": series.updates()}
    for name, variant in VARIANTS.items():
        say(f"{series.name}: rechunking, {name}")
        layout = rechunk(series, fresh_directory(work, name.replace(" ", "-")), **variant)
        found[name] = updates_of([layout.layers(f"v{k}") for k in range(series.count)])
    return found


def judge(series, output, alone, work, judged):
    """Unpacks the images to compute the floor of each update and to compare contents.

    `alone` has each component in a layer of its own. The images with the numbers in `judged` are
    compared with their sources.
    """
    lacks = missing("umoci", "skopeo", "rpm") + (["root"] if os.geteuid() else [])
    if lacks:
        say(f"{series.name}: no floor and no comparison by umoci, for lack of {', '.join(lacks)}")
        return {"lacks": lacks}
    floors, verdicts, before = [], {}, None
    for k in range(series.count):
        say(f"{series.name}: unpacking image {k} with umoci")
        root = unpack(series.layout(k).directory, f"v{k}", work / "source")
        now = walk(root)
        if k in judged:
            other = unpack(output.directory, f"v{k}", work / "output", is_gzip=False)
            wrong = differences(now, walk(other))
            verdicts[f"v{k}"] = {
                "entries": len(now),
                "different": len(wrong),
                "first": wrong[:10],
            }
            remove(work / "output")
        if before is not None:
            floors.append(floor(alone, k, changed_packages(root, before, now)))
        before = now
        remove(work / "source")
    return {"floor": floors, "umoci": verdicts}


def floor(alone, k, names):
    """Returns the compressed bytes that changed in an update: of packages, and of all files.

    `names` are the packages that changed, found without Varve. The size of a package is the size
    that Varve's compressor gives it in a layer of its own.
    """
    old = alone.layers(f"v{k - 1}")
    packages, others = {}, 0
    for blob in alone.manifest(f"v{k}")["layers"]:
        component = blob["annotations"]["dev.varve.components"]
        if component.startswith("rpm:"):
            packages[component.removeprefix("rpm:")] = blob["size"]
        elif blob["digest"] not in old:
            others += blob["size"]
    total = sum(packages.get(name, 0) for name in names)
    return {"packages": total, "all": total + others, "names": names}


def table(name, result):
    """Renders the measurement of a series."""
    steps = len(result["updates"]["as built"])
    columns = ("mean", "less than as built", "× packages that changed", "× all that changed")
    return [
        f"### {name}: {result['images']} images, MB downloaded by each update",
        "",
        row("", *range(1, steps + 1), *columns),
        rule(steps + len(columns)),
        *_download_rows(result),
        "",
        *_check_rows(result),
    ]


def _download_rows(result):
    updates, floors = result["updates"], result.get("floor", [])
    packages = [floor["packages"] for floor in floors]
    everything = [floor["all"] for floor in floors]
    lines = {TITLES[name]: updates[name] for name in TITLES}
    if floors:
        lines["floor: RPM packages that changed"] = packages
        lines["floor: and other files that changed"] = everything
    built = statistics.mean(updates["as built"])
    for title, values in lines.items():
        mean = statistics.mean(values)
        yield row(
            title,
            *map(megabytes, values),
            megabytes(mean),
            f"{built / mean:.1f}×" if mean else "",
            _times(values, packages),
            _times(values, everything),
        )


def _times(values, floor):
    return f"{sum(values) / sum(floor):.2f}" if sum(floor) else "?"


def _check_rows(result):
    verified, judged = result["verify-content"].values(), result.get("umoci", {}).values()
    entries = sum(verdict["entries"] for verdict in judged)
    equal = yes(not any(verdict["different"] for verdict in judged)) if judged else "not judged"
    yield row("check", "holds")
    yield row("---", "---")
    yield row(
        f"equal to the source, by varve verify-content ({len(verified)} images)",
        yes(all(verified)),
    )
    yield row(
        f"equal to the source, by umoci and a walk ({len(judged)} images, {entries:,} entries;"
        " recompressed by skopeo, because umoci does not read zstd)",
        equal,
    )
    for reader, reads in result["readers"].items():
        yield row(f"read by {reader}", yes(reads))
    for run, same in result["same bytes"].items():
        yield row(f"the same bytes {run}", yes(same))
