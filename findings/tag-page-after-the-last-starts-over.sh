#!/usr/bin/env bash
# The registry of go-containerregistry (pkg/registry, `crane registry serve`, which many test suites start)
# cuts a page of tags at n and sends no Link, so that a client has to ask on with `last`. After the last
# tag, and after any name that sorts behind it, there should be nothing: it lists the first page again.
# A client that asks on until a page is empty never ends; one that trusts Link loses tags.
#
# Needs go, curl and the Go module proxy. Ends with 1 if the behavior has changed.
set -euo pipefail

module=github.com/google/go-containerregistry/cmd/crane@v0.20.6
work=$(mktemp -d)
server=
trap '[[ -z $server ]] || kill "$server"; rm -rf "$work"' EXIT

GOBIN=$work/bin GOFLAGS=-modcacherw GOMODCACHE=$work/modules go install "$module" 2>"$work/install.log" ||
  { cat "$work/install.log"; exit 1; }
echo "crane $("$work/bin/crane" version)"

"$work/bin/crane" registry serve --address 127.0.0.1:0 >"$work/server.log" 2>&1 &
server=$!
for ((i = 0; i < 50; i++)); do
  port=$(sed -n 's/.*serving on port \([0-9]*\).*/\1/p' "$work/server.log")
  [[ -z $port ]] || break
  sleep 0.1
done
repository=http://127.0.0.1:$port/v2/some/os

type=application/vnd.oci.image.index.v1+json
for tag in a b c; do
  curl -fsS -o "$work/answer" -X PUT -H "Content-Type: $type" \
    -d "{\"schemaVersion\":2,\"mediaType\":\"$type\",\"manifests\":[]}" "$repository/manifests/$tag"
done

# Prints the tags of a page, and how many Link headers came with it.
page() {
  curl -fsS -D "$work/head" -o "$work/body" "$repository/tags/list?$1"
  sed 's/.*"tags":\[\([^]]*\)\].*/\1/; s/"//g' "$work/body" | tr -d '\n'
  printf ' / %s' "$(grep -ci '^link:' "$work/head" || true)"
}

status=0
expect() {
  local got
  got=$(page "$1")
  printf '%-12s tags / Link headers: %s\n' "$1" "$got"
  [[ $got == "$2" ]] || { echo "  changed: expected $2"; status=1; }
}

expect 'n=2' 'a,b / 0'
expect 'n=2&last=b' 'c / 0'
expect 'n=2&last=c' 'a,b / 0'
expect 'n=2&last=d' 'a,b / 0'
exit "$status"
