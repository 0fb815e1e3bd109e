#!/bin/sh
# Stands in for the tool's last script: makes a layer for the commit, one layer for each directory up to the
# maximum, one for the rest, and an empty layer. Like the tool, counts neither the first layer nor the empty.
# shellcheck disable=SC2153 # the environment sets the variables in capitals
# shellcheck source=/dev/null
. /sources/rechunk/fault.sh
set -e
if [ -z "$OUT_NAME" ] || [ -z "$OUT_REF" ]; then
  echo "OUT_NAME or OUT_REF is empty"
  exit 1
fi
[ "$OUT_REF" = "oci:$OUT_NAME" ] || exit 1
cd /workspace
env | sort | sed 's/^/told: /'
[ ! -d /var/git ] || find /var/git -mindepth 1 -maxdepth 1 | sed 's/^.*\//git: /'
[ -f _meta_in.yml ] && sed 's/^/meta: /' _meta_in.yml
fault chunk
tree=$REPO/tree
blobs=$OUT_NAME/blobs/sha256
mkdir -p "$blobs"

escaped() {
  printf '%s' "$1" | sed 's/\\/\\\\/g; s/"/\\"/g' | awk 'NR > 1 { printf "\\n" } { printf "%s", $0 }'
}

# The version: gets a number if another image has the version.
version=$(printf '%s' "$VERSION" | sed "s/<date>/$(date +%y%m%d)/")
tags=''
if [ -n "$PREV_MANIFEST" ]; then
  tags=$(tr -d '\n' <"$PREV_MANIFEST" | sed 's/.*"RepoTags": *\[\([^]]*\)\].*/\1/')
fi
# The version of the previous image counts only in the first comparison.
taken() { [ -n "$PREV_MANIFEST" ] && grep -q "[\"]$1[\"]" "$PREV_MANIFEST"; }
tagged() { case $tags in *"\"$1\""*) return 0 ;; esac; return 1; }
if taken "$version"; then
  case $version in ??*.?) version=${version%.?} ;; esac
  for i in 1 2 3 4 5 6 7 8 9; do
    if ! tagged "$version.$i"; then break; fi
  done
  version=$version.$i
fi
[ "$FAULT" = no-version ] || printf '%s' "$version" >"$VERSION_FN"

# Adds a file to the blobs, and prints its digest and size.
blob() {
  sum=$(sha256sum "$1" | cut -d' ' -f1)
  size=$(stat -c %s "$1")
  mv "$1" "$blobs/$sum"
  printf '%s %s' "$sum" "$size"
}

# Prints the lines of the standard input that are not in done.list.
undone() { awk 'BEGIN { while ((getline line < "done.list") > 0) done[line] = 1 } !($0 in done)'; }

layers='' diffids='' names=''
# Adds a layer of the files listed on the standard input, under the given name.
layer() {
  sort >files.list
  [ -s files.list ] || return 0
  if [ "$FAULT" = duplicate ] && [ -z "$names" ]; then cat files.list files.list >twice.list; mv twice.list files.list; fi
  # shellcheck disable=SC2046 # a word for each line
  (IFS='
'; set -f; exec tar -cf layer.tar -C "$tree" $(cat files.list))
  names="$names${names:+,}[\"$1\"]"
  add
}

# Adds layer.tar as a layer.
add() {
  diff=$(sha256sum layer.tar | cut -d' ' -f1)
  [ "$FAULT" != wrong-diffid ] || diff=$(printf x | sha256sum | cut -d' ' -f1)
  gzip -c <layer.tar >layer.tar.gz
  # shellcheck disable=SC2046 # two words
  set -- $(blob layer.tar.gz)
  last=$1
  layers="$layers${layers:+,}{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar+gzip\",\"digest\":\"sha256:$1\",\"size\":$2}"
  diffids="$diffids${diffids:+,}\"sha256:$diff\""
}

# The layer of the commit, without files of the tree.
tar -cf layer.tar --no-recursion -C "$tree" .
add
most=${MAX_LAYERS:-39}
# A continued plan may grow by one more layer.
[ -n "$CLEAR_PLAN" ] || [ -z "$PREV_MANIFEST" ] || most=$((most + 1))
count=0
: >done.list
for directory in $(cd "$tree" && find . -mindepth 1 -maxdepth 2 -type d | sort); do
  [ "$((count + 1))" -lt "$most" ] || break
  case $directory in ./usr) continue ;; esac
  (cd "$tree" && find "$directory" ! -type d) | undone >new.list
  [ -s new.list ] || continue
  count=$((count + 1))
  cat new.list >>done.list
  layer "dir:$directory" <new.list
done
(cd "$tree" && find . ! -type d) | undone >new.list
layer dedi:meta:unpackaged <new.list
dd if=/dev/zero of=layer.tar bs=1024 count=10 2>/dev/null
add

[ "$FAULT" != unescaped ] || escaped() { printf '%s' "$1" | sed 's/\\/\\\\/g; s/"/\\"/g'; }
label() { labels="$labels,\"$(escaped "$1")\":\"$(escaped "$2")\""; }
packages=$(cat /sources/rechunk/packages.json)
labels="\"org.opencontainers.image.version\":\"$version\",\"ostree.commit\":\"abc\""
info="{\"version\":2,\"uniq\":\"$version\",\"packages\":$packages,\"layers\":[$names],\"revision\":null}"
[ "$FAULT" = no-info ] || label dev.hhd.rechunk.info "$info"
[ -z "$REVISION" ] || label org.opencontainers.image.revision "$REVISION"
[ -z "$DESCRIPTION" ] || label org.opencontainers.image.description "$DESCRIPTION"
IFS='
'
set -f
for line in $LABELS; do
  value=$(printf '%s' "${line#*=}" | sed "s/<version>/$version/g; s/<pretty>/$PRETTY/g")
  [ "$FAULT" = lost-label ] || label "${line%%=*}" "$value"
done
unset IFS
printf '%s' "${CHANGELOG:-nothing new}" >"$OUT_NAME.changelog.txt"

printf '{"architecture":"amd64","os":"linux","created":"2025-10-11T00:00:00Z","config":{"Labels":{%s}},"rootfs":{"type":"layers","diff_ids":[%s]},"history":[]}' "$labels" "$diffids" >config.json
# shellcheck disable=SC2046 # two words
set -- $(blob config.json)
printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:%s","size":%s},"layers":[%s]}' "$1" "$2" "$layers" >manifest.json
# shellcheck disable=SC2046 # two words
set -- $(blob manifest.json)
printf '{"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:%s","size":%s}]}' "$1" "$2" >"$OUT_NAME/index.json"
printf '{"imageLayoutVersion":"1.0.0"}' >"$OUT_NAME/oci-layout"
[ "$FAULT" != bad-digest ] || printf x >>"$blobs/$last"
if [ "$FAULT" = unescaped ] && [ "$(printf '%s' "$labels" | wc -l)" != 0 ]; then
  # The message of the tool's last program.
  printf '%s\n' 'time="2025-10-11T00:00:00Z" level=fatal msg="Error parsing manifest for image: invalid character '"'\n'"' in string literal"' >&2
  exit 1
fi
echo '{}' >"$OUT_NAME.manifest.json"
[ "$FAULT" != no-output ] || rm -rf "$OUT_NAME"
# As the tool does: afterwards, nobody can enter the directories.
chmod -R 666 "$OUT_NAME"* 2>/dev/null || true
