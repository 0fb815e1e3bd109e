"""Measures what updates of other images than RPM's download: by directories, and by packages."""

import re
import tarfile
from collections.abc import Callable
from dataclasses import dataclass

from . import arch_series, debian_series
from .programs import fresh_directory, say
from .series import Series, rechunk, updates_of
from .tables import megabytes, row, rule

STATUS = "var/lib/dpkg/status"
PACMAN = re.compile(rf"{arch_series.DATABASE}/local/([^/]+)-([^-/]+-[^-/]+)/desc")
VARIANTS = {
    "by directories (--no-packages)": ("--no-packages",),
    "by packages": (),
}


@dataclass(frozen=True)
class Distribution:
    """A series of a distribution's images, made by `make`, with components named `prefix`PACKAGE.

    `versions` returns the version of each package in an image, from the image's uppermost layer
    with the package database.
    """

    make: Callable
    versions: Callable
    prefix: str


def measure(name, settings):
    """Measures the series that the user names, or makes it."""
    distribution = DISTRIBUTIONS[name]
    directory = settings.series[name] or settings.work / "series" / name
    if not settings.series[name]:
        distribution.make(directory)
    series = Series(name, directory)
    work = fresh_directory(settings.work, "run", name)
    updates = {"as built": series.updates()}
    for title, options in VARIANTS.items():
        say(f"{name}: rechunking, {title}")
        layout = rechunk(series, fresh_directory(work, title.split(" ")[1]), options=options)
        updates[title] = updates_of([layout.layers(f"v{k}") for k in range(series.count)])
    say(f"{name}: each component in a layer of its own, for the floor")
    alone = rechunk(series, fresh_directory(work, "alone"), options=("--max-layers", "100000"))
    versions = [_versions(distribution, series.layout(k), f"v{k}") for k in range(series.count)]
    floors = [
        _floor(alone, k, distribution.prefix, versions[k - 1], versions[k])
        for k in range(1, series.count)
    ]
    return {"images": series.count, "updates": updates, "floor": floors}


def _versions(distribution, layout, tag):
    """Returns the version of each package, from the uppermost layer that has any."""
    for digest in reversed(layout.layers(tag)):
        with tarfile.open(layout.blob(digest)) as layer:
            versions = distribution.versions(layer)
        if versions:
            return versions
    return {}


def _dpkg_versions(layer):
    """Returns the version of each package from dpkg's status in a layer."""
    for entry in layer:
        if entry.name.removeprefix("./") == STATUS:
            text = layer.extractfile(entry).read().decode()
            fields = re.findall(r"^(Package|Version): (.*)$", text, re.MULTILINE)
            return dict(zip(*[iter(value for _, value in fields)] * 2, strict=True))
    return {}


def _pacman_versions(layer):
    """Returns the version of each package from the names of pacman's directories in a layer."""
    found = (PACMAN.fullmatch(entry.name.removeprefix("./")) for entry in layer)
    return dict(match.groups() for match in found if match)


DISTRIBUTIONS = {
    "debian": Distribution(debian_series.make, _dpkg_versions, "deb:"),
    "arch": Distribution(arch_series.make, _pacman_versions, "pacman:"),
}


def _floor(alone, k, prefix, before, now):
    """Returns the compressed bytes that changed in an update: of packages, and of all files."""
    old = alone.layers(f"v{k - 1}")
    names = sorted(name for name, version in now.items() if before.get(name) != version)
    packages, others = 0, 0
    for blob in alone.manifest(f"v{k}")["layers"]:
        components = blob["annotations"]["dev.varve.components"].split(" ")
        if any(each.removeprefix(prefix) in names for each in components):
            packages += blob["size"]
        elif blob["digest"] not in old:
            others += blob["size"]
    return {"packages": packages, "all": packages + others, "names": names}


def table(title, result):
    """Renders the measurement of a series."""
    steps = len(result["floor"])
    packages = [floor["packages"] for floor in result["floor"]]
    rows = result["updates"] | {
        "floor: packages that changed": packages,
        "floor: and other files that changed": [floor["all"] for floor in result["floor"]],
    }
    columns = ("all together", "× packages that changed")
    return [
        f"### {title}: {result['images']} images, MB downloaded by each update",
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
