"""Measures deltas between the images of a series: size, time and memory, beside other programs."""

import os
import shutil
import statistics
from dataclasses import dataclass, field
from pathlib import Path

from .images import Layout, downloaded, unpack
from .programs import (
    CORES,
    fresh_directory,
    measured,
    missing,
    remove,
    run,
    say,
    side_by_side,
)
from .series import find_series, rechunk_command
from .tables import mebibytes, megabytes, row, rule, yes
from .varve import varve

# How many builds a client skips: none, 2 and 5.
SKIPPED = (0, 2, 5)
MEAN_OF_LAYERS = 0.20
MEAN_OF_BUILT = 1 / 25
TO = "io.github.containers.delta.to"


@dataclass
class Run:
    """The rechunked images of a series, in the layout `out` of `work`, and what each took."""

    series: object
    work: Path
    rechunked: list = field(default_factory=list)

    @property
    def out(self):
        """The layout of the rechunked images."""
        return Layout(self.work / "out")

    def layers(self, k):
        """Returns the compressed size of each layer of a rechunked image, by digest."""
        return self.out.layers(f"v{k}")

    def rechunk(self):
        """Rechunks all images, and measures each."""
        for k in range(self.series.count):
            say(f"deltas: rechunking {self.series.name} image {k}")
            command = rechunk_command(self.series, k, fresh=k == 0)
            self.rechunked.append(measured(command, self.work))


def measure(settings):
    """Measures each series that the user names, or that the user's script can make."""
    result = {}
    for name in settings.series:
        if settings.series[name] or settings.series_script:
            result[name] = measure_series(find_series(name, settings), settings)
        else:
            say(f"deltas: {name} is not measured, for lack of --{name}-series")
    return result


def measure_series(series, settings):
    """Measures the deltas from image to image, and those of clients that skip builds."""
    images = Run(series, fresh_directory(settings.work, "run", "deltas", series.name))
    images.rechunk()
    updates = [
        measure_delta(images, k - 1 - skipped, k)
        for skipped in SKIPPED
        for k in range(1 + skipped, series.count)
    ]
    result = {
        "images": series.count,
        "cores": CORES,
        "updates": updates,
        "tar-diff": measure_tar_diff(images),
    }
    remove(images.work)
    return result


def measure_delta(images, old, new):
    """Makes a delta between two images, and applies it."""
    say(f"deltas: {images.series.name} from image {old} to image {new}")
    work = images.work
    for directory in ("delta", "applied"):
        remove(work / directory)
    before, after = f"oci:out:v{old}", f"oci:out:v{new}"
    made = measured(varve("delta", "create", before, after, "oci:delta", "--quiet"), work)
    command = varve("delta", "apply", "oci:delta", "--from", before, f"oci:applied:v{new}")
    applied = measured([*command, "--quiet"], work)
    blobs = Layout(work / "delta").manifest()["layers"]
    replaced = replaced_layers(blobs)
    sizes = images.layers(new)
    unpacked = side_by_side('zstd -dc "$0" >/dev/null', map(images.out.blob, replaced))
    return {
        "old": old,
        "new": new,
        "as built": downloaded(images.series.layers(old), images.series.layers(new)),
        "layers": downloaded(images.layers(old), sizes),
        "delta": sum(blob["size"] for blob in blobs),
        "larger layers": sum(size > sizes[digest] for digest, size in replaced.items()),
        "same image": Layout(work / "applied").tags() == {f"v{new}": images.out.tags()[f"v{new}"]},
        "rechunk": images.rechunked[new],
        "create": made,
        "apply": applied,
        "zstd": unpacked,
    }


def replaced_layers(blobs):
    """Returns the sizes in a delta of the layers that it replaces, by their digests."""
    return {
        blob["annotations"][TO]: blob["size"] for blob in blobs if TO in blob.get("annotations", {})
    }


def measure_tar_diff(images):
    """Measures the Go tar-diff on the last update: from the old image's files to each new layer.

    The time is that of tar-diff alone, which runs for as many layers at a time as cores. It reads
    uncompressed tars, which are made before.
    """
    lacks = missing("tar-diff", "umoci", "skopeo") + (["root"] if os.geteuid() else [])
    if lacks:
        say(f"deltas: tar-diff is not measured, for lack of {', '.join(lacks)}")
        return {"lacks": lacks}
    last = images.series.last
    say(f"deltas: {images.series.name} from image {last - 1} to image {last}, by tar-diff")
    work = fresh_directory(images.work, "tar-diff")
    root = unpack(images.out.directory, f"v{last - 1}", work / "old", is_gzip=False)
    run("tar", "-cf", str(work / "old.tar"), "-C", str(root), ".")
    remove(work / "old")
    tars = []
    for digest in images.layers(last):
        if digest not in images.layers(last - 1):
            tars.append(work / f"{len(tars)}.tar")
            run("zstd", "-q", "-d", str(images.out.blob(digest)), "-o", str(tars[-1]))
    script = 'tar-diff "$0" "$1" "$1.diff" >/dev/null'
    seconds = side_by_side(script, tars, str(work / "old.tar"))
    size = sum(Path(f"{tar}.diff").stat().st_size for tar in tars)
    shutil.rmtree(work)
    return {"seconds": seconds, "size": size, "layers": len(tars)}


def table(result):
    """Renders the measurements of all series."""
    lines = []
    for name, found in result.items():
        nightly = skipping(found, 0)
        lines += [
            *(f"### Deltas, {name}: {found['images']} images, MB downloaded by each update", ""),
            *_download_rows(nightly),
            "",
            *_skip_rows(found),
            "",
            *_speed_rows(nightly, found),
            "",
            *_check_rows(nightly, found),
            "",
        ]
    return lines[:-1] or ["### Deltas", "", "Not measured, for lack of a series."]


def skipping(found, skipped):
    """Returns the updates of clients that skip a number of builds."""
    return [each for each in found["updates"] if each["new"] - each["old"] == 1 + skipped]


def mean(updates, key):
    """Returns the mean bytes of updates: as built, by layers or by delta."""
    return statistics.mean(update[key] for update in updates)


def _download_rows(updates):
    yield row("", *(update["new"] for update in updates), "mean")
    yield rule(len(updates) + 1)
    for title, key in (("as built", "as built"), ("by layers", "layers"), ("by delta", "delta")):
        sizes = (megabytes(update[key]) for update in updates)
        yield row(title, *sizes, megabytes(mean(updates, key)))
    yield row("delta / layers", *_ratios(updates, "delta", "layers", "{:.2f}"))
    yield row("as built / delta", *_ratios(updates, "as built", "delta", "{:.1f}"))


def _ratios(updates, upper, lower, form):
    """Yields a ratio for each update, and the ratio of the means."""
    for update in updates:
        yield form.format(update[upper] / update[lower])
    yield form.format(mean(updates, upper) / mean(updates, lower))


def _skip_rows(found):
    yield row(
        *("skipped builds", "updates", "as built", "by layers", "by delta"),
        *("delta / layers", "as built / delta"),
    )
    yield rule(6)
    for skipped in SKIPPED:
        updates = skipping(found, skipped)
        if updates:
            means = {key: mean(updates, key) for key in ("as built", "layers", "delta")}
            yield row(
                *(skipped, len(updates), *map(megabytes, means.values())),
                f"{means['delta'] / means['layers']:.2f}",
                f"{means['as built'] / means['delta']:.1f}",
            )


def _speed_rows(updates, found):
    seconds = {
        key: [update[key]["seconds"] for update in updates]
        for key in ("rechunk", "create", "apply")
    }
    seconds["zstd"] = [update["zstd"] for update in updates]
    yield row(f"{found['cores']} cores", *(update["new"] for update in updates), "peak memory")
    yield rule(len(updates) + 1)
    titles = {
        "rechunk": "rechunk",
        "create": "delta create",
        "apply": "delta apply",
        "zstd": "zstd -dc of the replaced layers",
    }
    for key, title in titles.items():
        peak = "" if key == "zstd" else mebibytes(max(update[key]["rss"] for update in updates))
        yield row(title, *(f"{each:.1f} s" for each in seconds[key]), peak)
    for upper, lower in (("create", "rechunk"), ("apply", "zstd")):
        ratios = map(lambda a, b: f"{a / b:.2f}", seconds[upper], seconds[lower])
        yield row(f"{titles[upper]} / {titles[lower]}", *ratios, "")
    yield ""
    yield from _tar_diff_lines(updates[-1], found["tar-diff"])


def _tar_diff_lines(update, peer):
    if "lacks" in peer:
        yield f"The Go tar-diff was not measured, for lack of {', '.join(peer['lacks'])}."
        return
    title = f"update {update['new']}, {peer['layers']} layers"
    yield row(title, "MB", "time")
    yield rule(2)
    yield row("delta create", megabytes(update["delta"]), f"{update['create']['seconds']:.1f} s")
    yield row("Go tar-diff", megabytes(peer["size"]), f"{peer['seconds']:.1f} s")


def _check_rows(nightly, found):
    all_updates = found["updates"]
    of_layers = mean(nightly, "delta") / mean(nightly, "layers")
    of_built = mean(nightly, "delta") / mean(nightly, "as built")
    peaks = [update["create"]["rss"] for update in all_updates]
    yield row("check", "holds")
    yield row("---", "---")
    checks = {
        f"mean by delta at most {MEAN_OF_LAYERS:.2f} of the layers": of_layers <= MEAN_OF_LAYERS,
        f"mean by delta at most 1/{1 / MEAN_OF_BUILT:.0f} of as built": of_built <= MEAN_OF_BUILT,
        "no delta larger than the layers that it replaces": not any(
            update["larger layers"] or update["delta"] > update["layers"] for update in all_updates
        ),
        "delta create within 512 MiB": max(peaks) <= 512 * 2**20,
        f"the same image after delta apply ({len(all_updates)} deltas)": all(
            update["same image"] for update in all_updates
        ),
    }
    peer = found["tar-diff"]
    if "lacks" not in peer:
        last = nightly[-1]
        checks["not larger than by the Go tar-diff"] = last["delta"] <= peer["size"]
        checks["made in at most 1/4 of the time of the Go tar-diff"] = (
            last["create"]["seconds"] <= peer["seconds"] / 4
        )
    for check, holds in checks.items():
        yield row(check, yes(holds))
