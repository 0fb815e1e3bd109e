"""Series of consecutive images: the input of most measurements."""

import sys
from pathlib import Path

from .images import Layout, downloaded
from .programs import run, say
from .varve import varve

ROOT_PACKAGES = {
    "small": "vim git curl python3 iputils-ping ca-certificates",
    "desktop": "kde-plasma-desktop firefox-esr libreoffice-writer linux-image-amd64 vim git curl"
    " python3 iputils-ping ca-certificates",
}
UPDATES = {"small": 4, "desktop": 6}


class Series:
    """Consecutive images: the layout DIR/0 with the tag v0, DIR/1 with v1, and so on."""

    def __init__(self, name, directory):
        """Counts the images; fails if there are fewer than two."""
        self.name = name
        self.directory = Path(directory).absolute()
        self.count = 0
        while (self.directory / str(self.count) / "index.json").exists():
            self.count += 1
        if self.count < 2:
            sys.exit(
                f"{directory}: expected at least two images, {directory}/0 and {directory}/1,"
                f" found {self.count}"
            )

    @property
    def last(self):
        """The number of the last image."""
        return self.count - 1

    def layout(self, k):
        """Returns the layout of an image."""
        return Layout(self.directory / str(k))

    def reference(self, k):
        """Returns the reference of an image, as Varve and skopeo take it."""
        return f"oci:{self.directory}/{k}:v{k}"

    def layers(self, k):
        """Returns the compressed size of each layer of an image, by digest."""
        return self.layout(k).layers(f"v{k}")

    def updates(self):
        """Returns the bytes that each update downloads, of the images as built."""
        return updates_of([self.layers(k) for k in range(self.count)])


def updates_of(images):
    """Returns the bytes that each update downloads; an image is the sizes of its layers."""
    return [downloaded(images[k - 1], images[k]) for k in range(1, len(images))]


def find_series(name, settings):
    """Returns the series that the user names, or makes the series with the user's script."""
    if settings.series[name]:
        return Series(name, settings.series[name])
    directory = settings.work / "series" / name
    if not (directory / str(UPDATES[name]) / "index.json").exists():
        script = settings.series_script
        if not script or not script.exists():
            sys.exit(
                f"finding the {name} series: expected --{name}-series DIR with ready images, or"
                f" --series-script FILE to make them, got {script or 'neither'}"
            )
        say(f"making the {name} series")
        run(
            *(sys.executable, str(script), "--roots", ROOT_PACKAGES[name]),
            *("--steps", str(UPDATES[name]), "--out", str(directory)),
            *("--work", str(settings.work / "series-work" / name)),
        )
    return Series(name, directory)


def rechunk(series, directory, memory=True, options=(), images=None, env=None):
    """Rechunks images of a series into the layout `out` of a directory, and returns the layout."""
    images = range(series.count) if images is None else images
    for k in images:
        fresh = k == images[0] or not memory
        run(*rechunk_command(series, k, fresh, options), cwd=directory, env=env)
    return Layout(Path(directory) / "out")


def rechunk_command(series, k, fresh, options=()):
    """Returns the command that rechunks an image of a series into the layout `out`.

    The command names the layout by a relative path, because the reference of the previous image is
    part of the result, and equal runs must give equal bytes.
    """
    previous = ["--fresh"] if fresh else ["--prev", f"oci:out:v{k - 1}"]
    target = f"oci:out:v{k}"
    return varve("rechunk", series.reference(k), target, *previous, *options, "--quiet")
