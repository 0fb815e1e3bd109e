"""Measures what updates of Debian images download: by directories, and by dpkg's packages."""

import re
import tarfile

from . import debian_series
from .programs import fresh_directory, say
from .series import Series, rechunk, updates_of
from .tables import megabytes, row, rule

STATUS = "var/lib/dpkg/status"
VARIANTS = {
    "by directories (--no-packages)": ("--no-packages",),
    "by packages": (),
}


def measure(settings):
    """Measures the series that the user names, or makes it."""
    directory = settings.series["debian"] or settings.work / "series" / "debian"
    if not settings.series["debian"]:
        debian_series.make(directory)
    series = Series("debian", directory)
    work = fresh_directory(settings.work, "run", "debian")
    updates = {"as built": series.updates()}
    for title, options in VARIANTS.items():
        say(f"debian: rechunking, {title}")
        layout = rechunk(series, fresh_directory(work, title.split(" ")[1]), options=options)
        updates[title] = updates_of([layout.layers(f"v{k}") for k in range(series.count)])
    say("debian: each component in a layer of its own, for the floor")
    alone = rechunk(series, fresh_directory(work, "alone"), options=("--max-layers", "100000"))
    versions = [_versions(series.layout(k), f"v{k}") for k in range(series.count)]
    floors = [_floor(alone, k, versions[k - 1], versions[k]) for k in range(1, series.count)]
    return {"images": series.count, "updates": updates, "floor": floors}


def _versions(layout, tag):
    """Returns the version of each package, from the uppermost layer that has dpkg's status."""
    for digest in reversed(layout.layers(tag)):
        with tarfile.open(layout.blob(digest)) as layer:
            for entry in layer:
                if entry.name.removeprefix("./") == STATUS:
                    text = layer.extractfile(entry).read().decode()
                    fields = re.findall(r"^(Package|Version): (.*)$", text, re.MULTILINE)
                    return dict(zip(*[iter(value for _, value in fields)] * 2, strict=True))
    return {}


def _floor(alone, k, before, now):
    """Returns the compressed bytes that changed in an update: of packages, and of all files."""
    old = alone.layers(f"v{k - 1}")
    names = sorted(name for name, version in now.items() if before.get(name) != version)
    packages, others = 0, 0
    for blob in alone.manifest(f"v{k}")["layers"]:
        component = blob["annotations"]["dev.varve.components"]
        if component.removeprefix("deb:") in names:
            packages += blob["size"]
        elif blob["digest"] not in old:
            others += blob["size"]
    return {"packages": packages, "all": packages + others, "names": names}


def table(result):
    """Renders the measurement."""
    steps = len(result["floor"])
    packages = [floor["packages"] for floor in result["floor"]]
    rows = result["updates"] | {
        "floor: packages that changed": packages,
        "floor: and other files that changed": [floor["all"] for floor in result["floor"]],
    }
    columns = ("all together", "× packages that changed")
    return [
        f"### Debian: {result['images']} images, MB downloaded by each update",
        "",
        row("", *range(1, steps + 1), *columns),
        rule(steps + len(columns)),
        row("packages that changed", *(len(floor["names"]) for floor in result["floor"]), "", ""),
        *(
            row(
                title,
                *map(megabytes, values),
                megabytes(sum(values)),
                f"{sum(values) / sum(packages):.2f}",
            )
            for title, values in rows.items()
        ),
    ]
