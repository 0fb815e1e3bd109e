# What the stand-in is told to do wrong, in a variable of its image: STEP-fail, STEP-hang, STEP-fill.
fault() {
  case $FAULT in
  "$1-fail") echo "something in $1 is not as it should be" >&2; exit 3 ;;
  "$1-hang") echo "hanging in $1"; while :; do sleep 1000; done ;;
  "$1-fill") dd if=/dev/zero of="${REPO:-$TREE}/full" bs=1M || exit 1 ;;
  "$1-denied") echo "chgrp: ./usr/etc/polkit-1: Permission denied"; exit 1 ;;
  esac
}
