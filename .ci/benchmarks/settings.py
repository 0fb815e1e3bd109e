"""The command line of the benchmark."""

import argparse
import os
from dataclasses import dataclass
from pathlib import Path

DESCRIPTION = """\
Measures Varve on series of consecutive OS images. Prints tables in Markdown, and writes the raw
numbers as JSON.

measurements:
  small      what each update of a series of 260 MB images downloads; and checks: contents equal to
             the source, other readers, the same bytes in another run
  desktop    the same with 3 GB images
  debian     what each update of a series of Debian images downloads, by dpkg's packages and without
  arch       the same for images like Arch Linux, of packages that makepkg builds
  speed      time, memory and disk space for a 3 GB image, beside gzip -dc | sha256sum
  deltas     deltas from image to image of both series: size, time and memory, beside layers, zstd
             and the Go tar-diff
  peers      downloads and time beside chunkah
  registry   pushes, pulls and copies of 3 GB images, as built and rechunked, beside skopeo,
             crane and regctl, with docker-registry over TLS
  publish    an update published, beside the same update rechunked and pushed separately
  container  the cost of driving the hhd-dev/rechunk container, with a stand-in for its image
  all        all of the above
"""
EPILOG = """\
A series is a directory with OCI layouts: DIR/0 with the tag v0, DIR/1 with the tag v1, and so on.
--small-series and --desktop-series name series that exist; they are not modified. Without them,
--series-script names a Python program that makes a series. The benchmark runs it with --roots
'PACKAGE ...' (Debian packages to install), --steps N (updates), --work DIR and --out DIR.

Needs root, so that umoci sets the owners of files; and umoci, skopeo, podman, rpm, and openssl and
docker-registry for registry and publish, mmdebstrap for debian, and pacman and makepkg for arch.
chunkah, crane, regctl and tar-diff are measured if PATH contains them.
VARVE in the environment names the program to measure (default: cli/bin/varve of this clone).
"""


@dataclass(frozen=True)
class Settings:
    """The options of a run. `series` maps the name of each series to a directory or None."""

    what: str
    work: Path
    json: Path
    series: dict
    series_script: Path | None
    big_series: str
    judge_all: bool
    chunkah: Path | None
    peers_on: str
    peer_layers: int
    repeat: int


def parse_settings(measurements):
    """Parses the arguments of this process; `measurements` are the names of all measurements."""
    options = _parser(measurements).parse_args()
    work = options.work.absolute()
    return Settings(
        what=options.what,
        work=work,
        json=options.json or work / f"{options.what}.json",
        series={
            "small": options.small_series,
            "desktop": options.desktop_series,
            "debian": options.debian_series,
            "arch": options.arch_series,
        },
        series_script=options.series_script,
        big_series="small" if options.speed_on_small else "desktop",
        judge_all=options.judge_all,
        chunkah=options.chunkah and options.chunkah.absolute(),
        peers_on=options.peers_on,
        peer_layers=options.peer_layers,
        repeat=options.repeat,
    )


def _parser(measurements):
    parser = argparse.ArgumentParser(
        prog=".ci/bench",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    work = Path(os.environ.get("TMPDIR", "/var/tmp")) / "varve-bench"
    add = parser.add_argument
    add("what", choices=(*measurements, "all"), metavar="MEASUREMENT", help="a name from the list")
    directory = {"type": Path, "metavar": "DIR"}
    text = f"directory for images and results, about 20 GB for desktop (default: {work})"
    add("--work", default=work, help=text, **directory)
    add("--small-series", help="series of 260 MB images", **directory)
    add("--desktop-series", help="series of 3 GB images", **directory)
    add("--debian-series", help="series of Debian images (default: made by podman)", **directory)
    add("--arch-series", help="series like Arch Linux (default: made by makepkg)", **directory)
    text = "program that makes the series that are not given"
    add("--series-script", type=Path, metavar="FILE", help=text)
    text = "measure speed, registry and publish on the small series, to try them out"
    add("--speed-on-small", action="store_true", help=text)
    text = "compare every desktop image with its source, not only the first and the last"
    add("--judge-all", action="store_true", help=text)
    add("--chunkah", type=Path, metavar="PATH", help="the chunkah program (default: in PATH)")
    text = "series for peers (default: small)"
    add("--peers-on", choices=("small", "desktop"), default="small", help=text)
    text = "most layers for peers (default: 64)"
    add("--peer-layers", type=int, default=64, metavar="N", help=text)
    text = "how often to measure each transfer, publication and container (default: 3)"
    add("--repeat", type=int, default=3, metavar="N", help=text)
    text = "file for the raw numbers (default: WORK/MEASUREMENT.json)"
    add("--json", type=Path, metavar="FILE", help=text)
    return parser
