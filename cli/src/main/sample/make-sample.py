#!/usr/bin/env python3
"""Makes the sample that `varve try` works on: three consecutive builds of a small OS image.

One oci-archive with three tags. Each image has the shape that a Containerfile build leaves behind:
  FROM a base image that stays the same these days
  RUN dnf upgrade && dnf install, which also writes the RPM database, an initramfs, ld.so.cache
  COPY files/ /, whose files are as old as the checkout
Monday's build is followed by two updates: the packages of UPDATES change, what is generated is
generated again, and what is copied is copied again.

The files are those of Debian packages that may be passed on with their copyright notice, which the
image holds in /usr/share/licenses; documentation is left out, as `tsflags=nodocs` does. Each
becomes an RPM with its own changelog, installed and upgraded by rpm. The series plays at a fixed time,
when the newer suite was in the making: changelogs end there, and so versions are those of that time.
A package of UPDATES is the newer suite's from its day on; before, its files are the older suite's, and
its changelog ends one entry sooner.

The same packages give the same bytes. Needs apt-get, dpkg-deb, rpmbuild and rpm, but not root.
Usage: make-sample.py WORK [OUT]
WORK keeps the packages between runs; OUT is the archive (default: the one in the program's resources).
"""
import datetime, email.utils, gzip, hashlib, io, json, os, re, shutil, sqlite3, struct, subprocess
import sys, tarfile

OLDER, NEWER = "bookworm", "trixie"
DAYS = ("monday", "tuesday", "wednesday")
MONDAY = 1746417600  # 2025-05-05 04:00 UTC
BASE = """media-types ncurses-base libtinfo6 zlib1g libbz2-1.0 bzip2 liblz4-1 libffi8 libyaml-0-2 dash
    libxxhash0 libmd0 libbsd0 libpopt0 libjansson4 libcap2 libcap2-bin libcjson1 iputils-ping less""".split()
INSTALLED = """mg netcat-openbsd libargon2-1 libsnappy1v5 libprotobuf-c1 libmaxminddb0 libdeflate0
    python3-requests python3-idna python3-six""".split()
# Packages and the build that brings them. The base image is older than all of these.
UPDATES = {
    "zlib1g": "monday",
    "libpopt0": "monday",
    "libmd0": "monday",
    "libcap2": "tuesday",
    "libcap2-bin": "tuesday",
    "libcjson1": "tuesday",
    "libmaxminddb0": "tuesday",
    "netcat-openbsd": "wednesday",
    "python3-idna": "wednesday",
    "python3-six": "wednesday",
}
CAPABILITIES = {"usr/bin/ping": ("cap_net_raw=ep", "0100000200200000000000000000000000000000")}
INITRAMFS = ["usr/bin/bzip2", "usr/lib/x86_64-linux-gnu/libcap.so.2"]
KERNEL = "6.12.23-varve"
DATABASE = "usr/lib/sysimage/rpm/rpmdb.sqlite"
HOUR, DAY = 3600, 86400


def run(*command, **options):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, **options).stdout


class Entry:
    """A path of an image: a directory, a file with its content, or a link."""

    def __init__(self, kind, mtime, mode=0o755, data=b"", target="", xattrs=None):
        self.kind, self.mtime, self.mode = kind, mtime, mode
        self.data, self.target, self.xattrs = data, target, xattrs or {}

    def same_as(self, other):
        mine, its = dict(vars(self)), dict(vars(other))
        if self.kind == tarfile.DIRTYPE:
            mine.pop("mtime"), its.pop("mtime")
        return mine == its


# ------------------------------------------------------------------------------------- packages
def download(work, suite, names):
    """Downloads packages of a Debian suite from this machine's mirror; name -> path."""
    pool = os.path.join(work, suite)
    state = os.path.join(pool, "apt")
    os.makedirs(state + "/lists/partial", exist_ok=True)
    os.makedirs(state + "/cache/archives/partial", exist_ok=True)
    open(state + "/status", "a").close()
    have = lambda: {f.split("_")[0]: os.path.join(pool, f) for f in os.listdir(pool) if f.endswith(".deb")}
    missing = [n for n in names if n not in have()]
    if missing:
        with open(state + "/sources.list", "w") as f:
            f.write(f"deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] {mirror()} {suite} main\n")
        options = [f"-oDir::State={state}", f"-oDir::State::status={state}/status", f"-oDir::Cache={state}/cache",
                   f"-oDir::Etc::SourceList={state}/sources.list", "-oDir::Etc::SourceParts=/dev/null",
                   "-oAPT::Sandbox::User=root"]
        run("apt-get", *options, "update")
        run("apt-get", *options, "download", *missing, cwd=pool)
    return {n: have()[n] for n in names}


def mirror():
    """The Debian archive that this machine's apt uses."""
    for line in run("apt-get", "indextargets", "--format", "$(SITE)", "Created-By: Packages", text=True).splitlines():
        if line.rstrip("/").endswith("/debian"):
            return line
    sys.exit("no Debian archive among this machine's apt sources")


def moved(path):
    """Where a file of a Debian package lies on a system with merged /usr."""
    path = re.sub(r"^(bin|sbin|lib|lib64)(?=/|$)", r"usr/\1", path)
    return re.sub(r"^usr/sbin(?=/|$)", "usr/bin", path)


class Package:
    """A package with its files and changelog, newest entry first, to be built as an RPM."""

    def __init__(self, name, summary, source, entries, log):
        self.name, self.summary, self.source, self.entries, self.log = name, summary, source, entries, log
        self.version = log[0][1]

    @staticmethod
    def of(name, deb, until=MONDAY):
        """What a Debian package holds, as it was at a time."""
        entries, log = {}, b""
        tar = tarfile.open(fileobj=io.BytesIO(run("dpkg-deb", "--fsys-tarfile", deb)))
        for member in tar:
            path = moved(member.name.lstrip("./"))
            doc = f"usr/share/doc/{name}/"
            if path in (doc + "changelog.Debian.gz", doc + "changelog.gz") and (not log or "Debian" in path):
                log = gzip.decompress(tar.extractfile(member).read())
            if path == doc + "copyright" and member.isreg():
                path = f"usr/share/licenses/{name}/copyright"
            if not path or re.match(r"usr/share/(doc|man|lintian|bug|locale|doc-base|perl5)(/|$)", path):
                continue
            if member.islnk():
                entry = Entry(tarfile.LNKTYPE, member.mtime, target=moved(member.linkname.lstrip("./")))
            elif member.issym():
                entry = Entry(tarfile.SYMTYPE, member.mtime, 0o777, target=member.linkname)
            elif member.isdir():
                entry = Entry(tarfile.DIRTYPE, member.mtime)
            else:
                entry = Entry(tarfile.REGTYPE, member.mtime, member.mode, tar.extractfile(member).read())
            if path in CAPABILITIES:
                entry.xattrs = {"security.capability": bytes.fromhex(CAPABILITIES[path][1])}
            entries[path] = entry
        fields = dict(line.split(": ", 1) for line in run("dpkg-deb", "-f", deb, text=True).splitlines()
                      if re.match(r"[A-Z][\w-]*: ", line))
        log = [e for e in changelog(log.decode(errors="replace")) if e[0] <= until][:8]
        if not log:
            sys.exit(f"{deb} has no changelog until {utc(until):%Y-%m-%d}")
        return Package(name, fields["Description"], fields.get("Source", name).split(" ")[0], entries, log)

    def called(self, newer):
        """These files as the package before a newer one."""
        log = [e for e in newer.log if e[0] < newer.log[0][0]]
        return Package(self.name, newer.summary, newer.source, self.entries, log)

    def rpm(self, work):
        """Builds the RPM; returns its path."""
        top = os.path.join(work, "build", self.name)
        shutil.rmtree(top, ignore_errors=True)
        root, lines = top + "/root", []
        for path, entry in sorted(self.entries.items(), key=lambda e: (e[1].kind == tarfile.LNKTYPE, e[0])):
            full = os.path.join(root, path)
            os.makedirs(os.path.dirname(full), exist_ok=True)
            if entry.kind == tarfile.DIRTYPE:
                os.makedirs(full, exist_ok=True)
                if path.count("/") >= 2 and not path.endswith("x86_64-linux-gnu") and "dist-packages" != os.path.basename(path):
                    lines.append(f'%dir %attr(0755,root,root) "/{path}"')
                continue
            if entry.kind == tarfile.SYMTYPE:
                os.symlink(entry.target, full)
            elif entry.kind == tarfile.LNKTYPE:
                os.link(os.path.join(root, entry.target), full)
            else:
                with open(full, "wb") as f:
                    f.write(entry.data)
                os.chmod(full, entry.mode)
            os.utime(full, (entry.mtime, entry.mtime), follow_symlinks=False)
            caps = f"%caps({CAPABILITIES[path][0]}) " if path in CAPABILITIES else ""
            lines.append(f'{caps}"/{path}"')
        for path, entry in self.entries.items():  # now that nothing is put into them any more
            if entry.kind == tarfile.DIRTYPE:
                os.utime(os.path.join(root, path), (entry.mtime, entry.mtime))
        epoch, _, version = self.version.rpartition(":")
        version, _, release = version.rpartition("-") if "-" in version else (version, "", "0")
        clean = lambda text: re.sub(r"[^A-Za-z0-9._+~^]", "_", text)
        log = "".join(f"* {utc(when):%a %b %d %Y} {author} - {version}\n- {text}\n" for when, version, author, text in self.log)
        source = self.source if self.source != self.name else self.name + "-source"
        with open(top + "/package.spec", "w") as f:
            f.write(f"Name: {source}\nEpoch: {epoch or 0}\nVersion: {clean(version)}\nRelease: {clean(release)}\n"
                    f"Summary: {self.summary}\nLicense: see its copyright file\nAutoReqProv: no\n%description\n"
                    f"%package -n {self.name}\nSummary: {self.summary}\nAutoReqProv: no\n%description -n {self.name}\n"
                    f"%files -n {self.name}\n%defattr(-,root,root)\n" + "\n".join(lines)
                    + "\n%changelog\n" + log.replace("%", "%%"))
        run("rpmbuild", "-bb", "--quiet", "--noclean", "--nodeps", "--buildroot", root, "--target", "x86_64",
            *(option for key, value in {
                "_topdir": top, "_rpmdir": top + "/out", "_buildhost": "builder", "debug_package": "%{nil}",
                "__spec_install_pre": "%{nil}", "__spec_install_post": "%{nil}", "_build_id_links": "none",
                "_binary_payload": "w0.ufdio", "use_source_date_epoch_as_buildtime": "1",
                "_binary_filedigest_algorithm": "8"}.items() for option in ("--define", f"{key} {value}")),
            top + "/package.spec", env={**os.environ, "SOURCE_DATE_EPOCH": str(self.log[0][0]), "TZ": "UTC"},
            stderr=subprocess.DEVNULL)
        built = run("find", top + "/out", "-name", "*.rpm", text=True).split()
        return built[0]


def utc(when):
    return datetime.datetime.fromtimestamp(when, datetime.timezone.utc)


def changelog(text):
    """[(seconds since the epoch, version, author, first line)], newest first."""
    entries = []
    for m in re.finditer(r"^\S+ \(([^)]+)\).*\n((?:.*\n)*?) -- (.*?)  (.*)$", text, re.M):
        lines = [line.strip().lstrip("*- ") for line in m.group(2).splitlines() if line.strip()]
        when = int(email.utils.parsedate_to_datetime(m.group(4)).timestamp())
        entries.append((when, m.group(1), m.group(3), lines[0][:100] if lines else "Rebuild"))
    return sorted(entries, key=lambda e: -e[0])


# --------------------------------------------------------------------------------- RPM database
class Database:
    """An RPM database that rpm keeps, with times of installation that are ours."""

    def __init__(self, directory):
        self.directory = directory
        shutil.rmtree(directory, ignore_errors=True)
        os.makedirs(directory)

    def install(self, rpms, when):
        known = self.headers()
        run("rpm", "--dbpath", self.directory, "--define", "_db_backend sqlite", "-U", "--justdb", "--nodeps", "--noorder",
            "--nosignature", "--noscripts", "--notriggers", "--force", "--ignorearch", "--ignoreos",
            *sorted(rpms), stderr=subprocess.DEVNULL)
        db = sqlite3.connect(self.directory + "/rpmdb.sqlite")
        for number, blob in self.headers().items():
            if number not in known:
                db.execute("UPDATE Packages SET blob = ? WHERE hnum = ?", (stamped(blob, when), number))
        db.execute("UPDATE Installtid SET key = ? WHERE hnum NOT IN (%s)" % ",".join(map(str, known or [0])),
                   (struct.pack("<I", when),))
        db.commit()
        db.execute("VACUUM")  # or unused bytes of its pages keep the time at which this runs
        db.execute("PRAGMA journal_mode = DELETE")
        db.close()
        with open(self.directory + "/rpmdb.sqlite", "rb") as f:
            return f.read()

    def headers(self):
        if not os.path.exists(self.directory + "/rpmdb.sqlite"):
            return {}
        db = sqlite3.connect(self.directory + "/rpmdb.sqlite")
        found = dict(db.execute("SELECT hnum, blob FROM Packages"))
        db.close()
        return found


def stamped(blob, when):
    """The header with INSTALLTIME and INSTALLTID set."""
    blob = bytearray(blob)
    count = struct.unpack_from(">I", blob)[0]
    for i in range(count):
        tag, kind, offset, _ = struct.unpack_from(">IIII", blob, 8 + 16 * i)
        if tag in (1008, 1128) and kind == 4:
            struct.pack_into(">I", blob, 8 + 16 * count + offset, when)
    return bytes(blob)


# --------------------------------------------------------------------------------------- images
def noise(seed, size):
    """What does not compress, as pictures and firmware don't."""
    return b"".join(hashlib.sha256(f"{seed} {i}".encode()).digest() for i in range(size // 32))


def kernel():
    built = MONDAY - 30 * DAY
    vmlinuz = Entry(tarfile.REGTYPE, built, 0o644, noise("vmlinuz", 32768))
    log = [(built - n * 14 * DAY, f"{version}-1", "A Builder <builder@example.org>", f"Linux {version}")
           for n, version in enumerate((KERNEL.split("-")[0], "6.12.21", "6.12.19"))]
    return Package("kernel-core", "The Linux kernel, a stand-in", "kernel", {f"usr/lib/modules/{KERNEL}/vmlinuz": vmlinuz}, log)


def skeleton(when):
    tree = {d: Entry(tarfile.DIRTYPE, when) for d in "boot dev etc proc run sys sysroot usr usr/bin usr/lib usr/lib64 var".split()}
    tree["tmp"] = Entry(tarfile.DIRTYPE, when, 0o1777)
    for name, target in (("bin", "usr/bin"), ("sbin", "usr/bin"), ("lib", "usr/lib"), ("lib64", "usr/lib64"),
                         ("usr/sbin", "bin"), ("ostree", "sysroot/ostree")):
        tree[name] = Entry(tarfile.SYMTYPE, when, 0o777, target=target)
    return tree


def put(tree, path, entry):
    """Adds a path with the directories above it, made at the same time."""
    for end in (m.start() for m in re.finditer("/", path)):
        tree.setdefault(path[:end], Entry(tarfile.DIRTYPE, entry.mtime))
    tree[path] = entry


def file(tree, path, data, when, mode=0o644, xattrs=None):
    put(tree, path, Entry(tarfile.REGTYPE, when, mode, data, xattrs=xattrs))


def resolve(tree, path):
    while tree[path].kind == tarfile.SYMTYPE:
        path = os.path.join(os.path.dirname(path), tree[path].target)
    return path


def initramfs(tree):
    """A cpio of files of the image: the same for as long as they are."""
    out = io.BytesIO()
    gz = gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=out, mtime=0)
    for number, path in enumerate(INITRAMFS + ["TRAILER!!!"], 1):
        data = tree[resolve(tree, path)].data if path in tree else b""
        name = path.encode() + b"\0"
        fields = (number, 0o100755, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name), 0)
        head = b"070701" + b"".join(b"%08X" % f for f in fields) + name
        gz.write(head + bytes(-len(head) % 4) + data + bytes(-len(data) % 4))
    gz.close()
    return out.getvalue()


def generate(tree, day, when, database):
    """Writes what a build generates anew each time, the same or not."""
    file(tree, DATABASE, database, when)
    module = f"usr/lib/modules/{KERNEL}"
    file(tree, module + "/initramfs.img", initramfs(tree), when, 0o600)
    libraries = sorted(p for p in tree if re.search(r"\.so(\.|$)", p))
    file(tree, "etc/ld.so.cache", "\0".join(libraries).encode(), when)
    file(tree, "usr/lib/os-release", f'NAME="Varve sample"\nID=varve-sample\nVERSION_ID=42\nBUILD_ID={day}\n'.encode(), when)


def copied(day, when):
    """What the Containerfile copies: files of a checkout, as old as it is."""
    tree = {}
    file(tree, "etc/motd", b"Welcome to the fleet.\n", when)
    file(tree, "usr/bin/fleet-setup", b"#!/bin/sh\nset -eu\nexec /usr/bin/env true\n", when, 0o755)
    put(tree, "usr/bin/fleet-update", Entry(tarfile.LNKTYPE, when, target="usr/bin/fleet-setup"))
    file(tree, "usr/share/fleet/build.json", f'{{"build": "{day}"}}\n'.encode(), when)
    mark = {"user.component": b"wallpapers", "user.update-interval": b"yearly"}
    put(tree, "usr/share/wallpapers", Entry(tarfile.DIRTYPE, when, xattrs=mark))
    for name in ("dawn", "dusk"):
        file(tree, f"usr/share/wallpapers/{name}.jxl", noise(name, 8192), when)
    return tree


def changes(before, after, when):
    """The paths that a step changed or added, with the directories it touched."""
    found = {p: e for p, e in after.items() if p not in before or not e.same_as(before[p])}
    for path in list(found) + [p for p in before if p not in after]:
        parent = os.path.dirname(path)
        while parent:
            if parent in after:
                found.setdefault(parent, Entry(tarfile.DIRTYPE, when, after[parent].mode, xattrs=after[parent].xattrs))
            parent = os.path.dirname(parent)
    # A link to a file of a lower layer is written as a file, and both names again.
    for path, entry in list(found.items()):
        if entry.kind == tarfile.LNKTYPE:
            found.setdefault(entry.target, after[entry.target])
    return found


def layer(blobs, entries, removed=()):
    """Adds a gzip layer to the blobs; returns its descriptor and diff ID."""
    raw = io.BytesIO()
    tar = tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT)
    for path in sorted(removed):
        info = tarfile.TarInfo(os.path.join(os.path.dirname(path), ".wh." + os.path.basename(path)))
        tar.addfile(info)
    for path, entry in sorted(entries.items(), key=lambda e: (e[1].kind == tarfile.LNKTYPE, e[0])):
        info = tarfile.TarInfo(path)
        info.type, info.mode, info.mtime, info.linkname = entry.kind, entry.mode, entry.mtime, entry.target
        info.pax_headers = {"SCHILY.xattr." + k: v.decode("utf-8", "surrogateescape") for k, v in entry.xattrs.items()}
        info.size = len(entry.data)
        tar.addfile(info, io.BytesIO(entry.data))
    tar.close()
    packed = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=packed, mtime=0) as gz:
        gz.write(raw.getvalue())
    return add(blobs, "layer.v1.tar+gzip", packed.getvalue()), "sha256:" + hashlib.sha256(raw.getvalue()).hexdigest()


def add(blobs, kind, data):
    digest = hashlib.sha256(data).hexdigest()
    blobs[digest] = data
    return {"mediaType": "application/vnd.oci.image." + kind, "digest": "sha256:" + digest, "size": len(data)}


def compact(value):
    return json.dumps(value, separators=(",", ":")).encode()


def image(blobs, day, when, layers):
    """Adds an image's config and manifest to the blobs; returns the manifest's descriptor."""
    steps = ("FROM base", "RUN dnf upgrade -y && dnf install -y …", "COPY files/ /")
    created = f"{utc(when):%Y-%m-%dT%H:%M:%SZ}"
    config = {"created": created, "architecture": "amd64", "os": "linux",
              "config": {"Cmd": ["/sbin/init"], "Env": ["PATH=/usr/bin"],
                         "Labels": {"containers.bootc": "1", "org.opencontainers.image.version": f"42.{utc(when):%Y%m%d}"}},
              "rootfs": {"type": "layers", "diff_ids": [diff_id for _, diff_id in layers]},
              "history": [{"created": created, "created_by": step} for step in steps]}
    manifest = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
                "config": add(blobs, "config.v1+json", compact(config)), "layers": [blob for blob, _ in layers]}
    return {**add(blobs, "manifest.v1+json", compact(manifest)), "platform": {"architecture": "amd64", "os": "linux"},
            "annotations": {"org.opencontainers.image.ref.name": day}}


def archive(out, blobs, manifests):
    files = {"oci-layout": compact({"imageLayoutVersion": "1.0.0"}),
             "index.json": compact({"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json",
                                    "manifests": manifests}),
             **{"blobs/sha256/" + digest: data for digest, data in sorted(blobs.items())}}
    with tarfile.open(out, "w", format=tarfile.USTAR_FORMAT) as tar:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__.strip().split("\n\n")[-1])
    work = os.path.abspath(sys.argv[1])
    here = os.path.dirname(os.path.abspath(__file__))
    out = sys.argv[2] if len(sys.argv) == 3 else os.path.join(here, "../resources/dev/varve/cli/session/sample.oci.tar")
    os.makedirs(work, exist_ok=True)
    newer = {n: Package.of(n, deb) for n, deb in download(work, NEWER, BASE + INSTALLED).items()}
    newer["kernel-core"] = kernel()
    older = {n: Package.of(n, deb).called(newer[n]) for n, deb in download(work, OLDER, list(UPDATES)).items()}
    rpms = {p: p.rpm(os.path.join(work, which)) for which, of in (("new", newer), ("old", older)) for p in of.values()}

    based = MONDAY - 14 * DAY
    database = Database(os.path.join(work, "rpmdb"))

    def tree_of(packages, when):
        tree = skeleton(when)
        for package in sorted(packages, key=lambda p: p.name):
            for path, entry in package.entries.items():
                put(tree, path, entry)
        return tree

    names = BASE + INSTALLED + ["kernel-core"]
    chosen = {n: older.get(n, newer[n]) for n in BASE + ["kernel-core"]}
    base = tree_of(chosen.values(), based)
    file(base, DATABASE, database.install([rpms[p] for p in chosen.values()], based), based)
    blobs, manifests, totals = {}, [], []
    base_layer = layer(blobs, base)
    for number, day in enumerate(DAYS):
        when = MONDAY + number * DAY
        due = [n for n in names if n not in UPDATES or DAYS.index(UPDATES[n]) <= number]
        wanted = {n: newer[n] if n in due else older[n] for n in names}
        fresh = [p for n, p in wanted.items() if chosen.get(n) is not p]
        chosen = wanted
        tree = tree_of(chosen.values(), based)
        generate(tree, day, when, database.install([rpms[p] for p in fresh], when))
        upgrade = changes(base, tree, when)
        layers = [base_layer, layer(blobs, upgrade, [p for p in base if p not in tree]), layer(blobs, copied(day, when))]
        manifests.append(image(blobs, day, when, layers))
        size = sum(len(e.data) for e in {**tree, **copied(day, when)}.values())
        totals.append([blob["size"] for blob, _ in layers])
        print(f"{day}: {utc(when):%Y-%m-%d}, {len(chosen)} packages, {size / 1e6:.1f} MB uncompressed, layers {totals[-1]};"
              f" new: {' '.join(f'{p.name}-{p.version}' for p in fresh)}")
    archive(out, blobs, manifests)
    print(f"{out}: {os.path.getsize(out):,} bytes, sha256 {hashlib.sha256(open(out, 'rb').read()).hexdigest()}")


if __name__ == "__main__":
    main()
