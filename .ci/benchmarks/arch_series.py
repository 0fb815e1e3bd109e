"""Makes a series of images like Arch Linux, with makepkg and pacman themselves.

The contents of the packages are made up; their sizes, and the parts of a package that a release
changes, are like those of real ones. Each image is built from scratch, as a container build does:
pacman writes the time of each installation into its database. One image has the same packages as
the one before. Needs root, pacman, makepkg, podman and skopeo.
"""

import os
import py_compile
import random
import shutil

from .images import build
from .programs import fresh_directory, run, say

BASES = 20
DAY = 86_400
FIRST_RELEASE = 1_735_689_600
# The bases that each image upgrades; some are upgraded more often than others.
UPGRADES = ((), (1, 4, 9, 16), (1, 5, 9, 12, 18), (), (1, 2, 4, 7, 20))
NOBODY = 65_534
DATABASE = "usr/lib/sysimage/lib/pacman"
CONFIGURATION = f"""\
[options]
DBPath = /{DATABASE}/
SigLevel = Never
LocalFileSigLevel = Never
"""
PKGBUILD = """\
pkgbase={base}
pkgname=({base} {base}-libs {base}-data)
pkgver={release}.0
pkgrel=1
arch=(x86_64)
options=(!strip)
package_{base}() {{ cp -r "$startdir/{base}/." "$pkgdir"; }}
package_{base}-libs() {{ cp -r "$startdir/{base}-libs/." "$pkgdir"; }}
package_{base}-data() {{ arch=(any); cp -r "$startdir/{base}-data/." "$pkgdir"; }}
"""
CONTAINERFILE = """\
FROM scratch
ADD root.tar /
"""


def make(directory):
    """Makes the layouts DIRECTORY/0 with the tag v0, DIRECTORY/1 with v1, and so on."""
    work = fresh_directory(directory, "work")
    releases = dict.fromkeys(range(1, BASES + 1), 1)
    for base in releases:
        _package(work, base, 1, FIRST_RELEASE - base * 5 * DAY)
    for k, upgraded in enumerate(UPGRADES):
        for base in upgraded:
            releases[base] += 1
            _package(work, base, releases[base], FIRST_RELEASE + k * DAY)
        say(f"arch: building image {k}, with {len(upgraded)} upgraded bases")
        root = fresh_directory(work, "root")
        _install(work, root, [_built(work, *of) for of in releases.items()], k)
        context = fresh_directory(work, "context")
        (context / "Containerfile").write_text(CONTAINERFILE)
        run("tar", "-C", str(root), "-cf", str(context / "root.tar"), ".")
        build(context, f"localhost/varve-arch:v{k}", directory / str(k), f"v{k}")
    shutil.rmtree(work)


def _package(work, base, release, date):
    """Builds the packages of a base with makepkg, which does not run as root."""
    context = fresh_directory(work, "build")
    (context / "PKGBUILD").write_text(PKGBUILD.format(base=_name(base), release=release))
    _programs(context / _name(base), _name(base), release)
    _libraries(context / f"{_name(base)}-libs", f"{_name(base)}-libs", release)
    _data(context / f"{_name(base)}-data", f"{_name(base)}-data", release)
    built = fresh_directory(_built(work, base, release))
    for path in (context, built):
        os.chown(path, NOBODY, NOBODY)
    run(
        *("makepkg", "--nodeps"),
        cwd=context,
        env={
            "HOME": str(context),
            "LC_ALL": "C.UTF-8",
            "PATH": "/usr/bin:/bin",
            "PKGDEST": str(built),
            "PKGEXT": ".pkg.tar",
            "SOURCE_DATE_EPOCH": str(date),
        },
        user=NOBODY,
        group=NOBODY,
        extra_groups=[],
    )


def _name(base):
    return f"base{base:02}"


def _built(work, base, release):
    return work / "packages" / f"{_name(base)}-{release}"


def _programs(root, name, release):
    """Writes programs and a Python module, compiled; each release changes them all."""
    shape = random.Random(name)
    for number in range(shape.randrange(1, 12)):
        _write(root / "usr/bin" / f"{name}-{number}", _size(shape, 200_000), release)
    for number in range(shape.randrange(30)):
        source = root / "usr/lib/python3/site-packages" / name / f"module{number}.py"
        _write(source, _size(shape, 6_000), release if number % 4 == 0 else 1, f"X = '{name}'\n#")
        py_compile.compile(
            str(source),
            str(source.parent / "__pycache__" / f"module{number}.cpython-311.pyc"),
            dfile=f"/{source.relative_to(root)}",
            doraise=True,
            invalidation_mode=py_compile.PycInvalidationMode.CHECKED_HASH,
        )


def _libraries(root, name, release):
    """Writes shared libraries with the links to them, and headers, which seldom change."""
    shape = random.Random(name)
    for number in range(shape.randrange(1, 8)):
        library = root / "usr/lib" / f"lib{name}-{number}.so.{release}"
        _write(library, _size(shape, 800_000), release)
        library.with_suffix("").symlink_to(library.name)
    for number in range(shape.randrange(100)):
        _write(root / "usr/include" / name / f"{number}.h", _size(shape, 4_000), 1)


def _data(root, name, release):
    """Writes icons, translations and manual pages, of which a release changes a tenth."""
    shape = random.Random(name)
    for number in range(int(shape.lognormvariate(4.5, 1.2))):
        kind = shape.choice(("icons", "locale/de/LC_MESSAGES", "doc/" + name, name, name))
        newest = max(
            each for each in range(1, release + 1) if (number + each) % 10 == 0 or each == 1
        )
        _write(root / "usr/share" / kind / f"{name}-{number}", _size(shape, 12_000), newest)


def _size(shape, median):
    return min(20_000_000, int(shape.lognormvariate(0, 1.2) * median))


def _write(path, size, release, start=""):
    """Writes hexadecimal digits, which compress to a half, as programs do."""
    path.parent.mkdir(parents=True, exist_ok=True)
    digits = random.Random(f"{path.name} {release}").randbytes(size // 2).hex()
    path.write_text(f"{start}{digits}\n")


def _install(work, root, packages, k):
    """Installs packages with pacman, and writes what the rest of a build does."""
    (root / DATABASE).mkdir(parents=True)
    for directory in ("etc", "var/log", "usr/share/example"):
        (root / directory).mkdir(parents=True)
    configuration = root / "etc/pacman.conf"
    configuration.write_text(CONFIGURATION)
    run(
        *("pacman", "--config", str(configuration), "--root", str(root)),
        *("--dbpath", str(root / DATABASE), "--logfile", str(root / "var/log/pacman.log")),
        *("--cachedir", str(work / "cache"), "--hookdir", "/nonexistent"),
        *("--noconfirm", "--noprogressbar", "-U"),
        *(str(path) for built in packages for path in sorted(built.iterdir())),
    )
    libraries = sorted(path.name for path in (root / "usr/lib").glob("*.so.*"))
    (root / "etc/ld.so.cache").write_text("\n".join(libraries))
    (root / "usr/share/example/build").write_text(f"{k}\n")
