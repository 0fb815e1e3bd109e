#!/bin/sh
# Stands in for the tool's second script: makes the commit, which is a copy of the tree.
# shellcheck source=/dev/null
. /sources/rechunk/fault.sh
set -e
[ "$RESET_TIMESTAMP" = 1 ] || { echo "RESET_TIMESTAMP is not set"; exit 1; }
[ ! -e "$REPO" ] || { echo "a stale repository is at $REPO"; exit 1; }
mkdir -p "$REPO"
fault commit
cp -a "$TREE" "$REPO/tree"
find "$REPO/tree" -exec touch -h -d @0 {} +
echo "Committed ref master to repo $REPO"
