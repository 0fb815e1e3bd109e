#!/usr/bin/env bash
# distribution 2.8 with its file system driver: while one client uploads a blob that the repository has
# already, another client's manifest with this blob is refused now and then, as if the blob were missing. Two
# variants of an image that are built and pushed at the same time meet it: push again.
#
# Needs apt and python3. Ends with 1 if the behavior has changed.
set -euo pipefail

package=docker-registry=2.8.2+ds1-1
work=$(mktemp -d)
server=
trap '[[ -z $server ]] || kill "$server"; rm -rf "$work"' EXIT
cd "$work"

chmod 777 . # apt downloads as a user of its own
apt-get -qq download "$package"
dpkg -x docker-registry_*.deb .
usr/bin/docker-registry --version
cat >config.yml <<CONFIG
version: 0.1
log: {level: error, accesslog: {disabled: true}}
storage: {filesystem: {rootdirectory: $work/storage}}
http: {addr: '127.0.0.1:0'}
CONFIG
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
sed -i "s/127.0.0.1:0/127.0.0.1:$port/" config.yml
usr/bin/docker-registry serve config.yml >server.log 2>&1 &
server=$!

python3 - "$port" <<'PYTHON'
import hashlib
import http.client
import json
import sys
import threading
import time

PORT, SECONDS, UPLOADERS, PUSHERS = int(sys.argv[1]), 60, 8, 4
TYPE = "application/vnd.oci.image.manifest.v1+json"


def digest(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def ask(connection, method, path, body=b"", **headers):
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    return answer, answer.read()


def upload(connection, blob):
    answer, _ = ask(connection, "POST", "/v2/os/blobs/uploads/")
    location = answer.headers["Location"].partition(f":{PORT}")[2]
    answer, text = ask(connection, "PUT", f"{location}&digest={digest(blob)}", blob)
    assert answer.status == 201, text


def opened():
    return http.client.HTTPConnection("127.0.0.1", PORT)


for _ in range(50):
    try:
        ask(opened(), "GET", "/v2/")
        break
    except ConnectionError:
        time.sleep(0.1)
config, layer = b"{}", b"a layer" * 1000
for blob in (config, layer):
    upload(opened(), blob)


def descriptor(media_type, blob):
    return {"mediaType": media_type, "digest": digest(blob), "size": len(blob)}


manifest = json.dumps({
    "schemaVersion": 2,
    "mediaType": TYPE,
    "config": descriptor("application/vnd.oci.image.config.v1+json", config),
    "layers": [descriptor("application/vnd.oci.image.layer.v1.tar", layer)],
}).encode()
accepted, refusals, deadline = [], [], time.monotonic() + SECONDS


def ended():
    return bool(refusals) or time.monotonic() > deadline


def upload_again():
    connection = opened()
    while not ended():
        upload(connection, layer)


def push():
    connection = opened()
    while not ended():
        answer, text = ask(connection, "PUT", "/v2/os/manifests/v1", manifest, **{"Content-Type": TYPE})
        if answer.status == 201:
            accepted.append(1)
        else:
            refusals.append((answer.status, [each["code"] for each in json.loads(text)["errors"]]))


threads = [threading.Thread(target=upload_again) for _ in range(UPLOADERS)]
threads += [threading.Thread(target=push) for _ in range(PUSHERS)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(f"{len(accepted)} pushes of the same manifest accepted, then: {refusals[:1]}")
found = any(status == 400 and "MANIFEST_BLOB_UNKNOWN" in codes for status, codes in refusals)
sys.exit(0 if found else f"changed: no refusal in {SECONDS} s")
PYTHON
