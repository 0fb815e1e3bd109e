#!/bin/sh
# Stands in for the tool's first script: cleans up the tree in place.
# shellcheck source=/dev/null
. /sources/rechunk/fault.sh
[ "$(id -u)" = 0 ] || { echo "Run as superuser"; exit 1; }
[ -n "$TREE" ] || { echo "TREE is empty"; exit 1; }
[ -z "$RESET_TIMESTAMP" ] || { echo "the whole tree would be copied up"; exit 1; }
cd "$TREE" || exit 1
echo "Pruning files in $TREE"
fault prune
rm -rf ./sysroot ./ostree
rm -rf ./etc/.pwd.lock ./etc/passwd- ./etc/group- ./etc/shadow- ./etc/gshadow- ./.dockerenv
if [ -d ./usr/etc ]; then
  mkdir -p ./etc
  if [ "$FAULT" = prune-loses-defaults ]; then echo "rsync: command not found" >&2; else cp -a ./usr/etc/. ./etc/; fi
  rm -rf ./usr/etc
fi
if [ -d ./etc ]; then mkdir -p ./usr; mv ./etc ./usr/; fi
if [ -d ./var/lib ]; then
  mkdir -p ./usr/lib
  if [ "$FAULT" = prune-loses ]; then echo "rsync: command not found" >&2; else cp -a ./var/lib/. ./usr/lib/; fi
  rm -r ./var/lib
fi
if [ -d ./var ]; then
  mkdir -p ./usr/share/factory/var
  cp -a ./var/. ./usr/share/factory/var/
fi
for directory in var run tmp proc sys dev boot; do
  if [ "$FAULT $directory" = "prune-keeps run" ]; then
    echo "rm: can't remove './run/lock': Operation not permitted" >&2
  elif [ -d "./$directory" ]; then
    find "./$directory" -mindepth 1 -depth -exec rm -rf {} +
  fi
done
rm -rf ./usr/lib/.build-id
# An error here does not stop the tool either.
chmod 750 ./usr/etc/no-such-directory
exit 0
