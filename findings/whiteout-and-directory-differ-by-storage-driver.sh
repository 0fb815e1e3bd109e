#!/usr/bin/env bash
# A layer that deletes a directory (.wh.d) and then has a new one of the same name (d/, d/new) replaces it:
# whiteouts hide what lower layers have. containers-storage with the driver vfs gives a tree with d/new alone,
# as umoci does. With the driver overlay, the deleted d/old is there again, so that one image is two trees
# on two machines, and what a build removed comes back.
#
# Needs root, python3 and apt with the archive of Debian 12. Ends with 1 if the behavior has changed.
set -euo pipefail

packages=(skopeo=1.9.3+ds1-1+b10 podman=4.3.1+ds1-8+deb12u1+b3 libgpgme11=1.18.0-3+deb12u1 libassuan0=2.5.5-5
  libsubid4=1:4.13+dfsg1-1+deb12u2 libdevmapper1.02.1=2:1.02.185-2)
work=$(mktemp -d)
drivers=()
trap 'for driver in "${drivers[@]}"; do stored "$driver" podman image umount --all >/dev/null || true; done; rm -rf "$work"' EXIT

(cd "$work" && apt-get -qq download "${packages[@]}" && for package in *.deb; do dpkg -x "$package" root; done)
libraries=$(echo "$work"/root/usr/lib/*-linux-gnu)
echo '{"default":[{"type":"insecureAcceptAnything"}]}' >"$work/policy.json"

skopeo() {
  LD_LIBRARY_PATH=$libraries "$work/root/usr/bin/skopeo" --policy "$work/policy.json" "$@"
}

# Runs podman on the storage of a driver.
stored() {
  local driver=$1
  shift 2
  LD_LIBRARY_PATH=$libraries "$work/root/usr/bin/podman" --root "$work/$driver" --runroot "$work/$driver.run" \
    --storage-driver "$driver" "$@"
}

skopeo --version
stored vfs podman --version

python3 - "$work/image" <<'PY'
import gzip, hashlib, io, json, os, sys, tarfile

out = sys.argv[1]
os.makedirs(f"{out}/blobs/sha256")


def blob(content, kind):
    digest = hashlib.sha256(content).hexdigest()
    with open(f"{out}/blobs/sha256/{digest}", "wb") as f:
        f.write(content)
    return {"mediaType": f"application/vnd.oci.image.{kind}", "digest": f"sha256:{digest}", "size": len(content)}


def layer(*names):
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as tar:
        for name in names:
            entry = tarfile.TarInfo(name.rstrip("/"))
            entry.mode = 0o755
            entry.type = tarfile.DIRTYPE if name.endswith("/") else tarfile.REGTYPE
            tar.addfile(entry)
    content = plain.getvalue()
    diff_ids.append("sha256:" + hashlib.sha256(content).hexdigest())
    return blob(gzip.compress(content, mtime=0), "layer.v1.tar+gzip")


diff_ids = []
layers = [layer("d/", "d/old"), layer(".wh.d", "d/", "d/new")]
config = {"architecture": "amd64", "os": "linux", "rootfs": {"type": "layers", "diff_ids": diff_ids}}
manifest = {"schemaVersion": 2, "config": blob(json.dumps(config).encode(), "config.v1+json"), "layers": layers}
entry = blob(json.dumps(manifest).encode(), "manifest.v1+json")
entry["annotations"] = {"org.opencontainers.image.ref.name": "v1"}
for name, document in (("index.json", {"schemaVersion": 2, "manifests": [entry]}), ("oci-layout", {"imageLayoutVersion": "1.0.0"})):
    with open(f"{out}/{name}", "w") as f:
        json.dump(document, f)
PY

status=0
expect() {
  local driver=$1 got mounted
  drivers+=("$driver")
  skopeo copy -q "oci:$work/image:v1" "containers-storage:[$driver@$work/$driver+$work/$driver.run]localhost/image:v1"
  mounted=$(stored "$driver" podman image mount localhost/image:v1)
  got=$(cd "$mounted/d" && echo *)
  printf 'd/ with the driver %-7s: %s\n' "$driver" "$got"
  [[ $got == "$2" ]] || { echo "  changed: expected $2"; status=1; }
}

expect vfs new
expect overlay 'new old'
exit "$status"
