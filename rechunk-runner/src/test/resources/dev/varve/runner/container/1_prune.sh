#!/bin/sh
# Stands in for the tool's first script: cleans the tree up, in place.
# shellcheck source=/dev/null
. /sources/rechunk/fault.sh
[ "$(id -u)" = 0 ] || { echo "Run as superuser"; exit 1; }
[ -n "$TREE" ] || { echo "TREE is empty"; exit 1; }
[ -z "$RESET_TIMESTAMP" ] || { echo "the whole tree would be copied up"; exit 1; }
cd "$TREE" || exit 1
echo "Pruning files in $TREE"
fault prune
rm -rf ./run/* ./tmp/*
if [ -d ./etc ]; then mkdir -p ./usr; mv ./etc ./usr/; fi
# Its errors don't stop the tool either.
chmod 750 ./usr/etc/no-such-directory
exit 0
