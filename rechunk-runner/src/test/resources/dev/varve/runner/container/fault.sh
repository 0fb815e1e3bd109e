# Fails as the variable FAULT of the image says: STEP-fail, STEP-hang, STEP-fill, STEP-denied or
# STEP-week53. The scripts themselves handle the other faults.
fault() {
  case $FAULT in
  "$1-fail") echo "something in $1 is not as it should be" >&2; exit 3 ;;
  "$1-hang") echo "hanging in $1"; while :; do sleep 1000; done ;;
  "$1-fill") dd if=/dev/zero of="${REPO:-$TREE}/full" bs=1M || exit 1 ;;
  "$1-week53")
    echo "Creating update matrix."
    echo "╭───────────── Traceback (most recent call last) ─────────────╮"
    for line in $(seq 40); do echo "│ $line in get_update_matrix                                  │"; done
    echo "╰─────────────────────────────────────────────────────────────╯"
    echo "IndexError: index 53 is out of bounds for axis 1 with size 53"
    exit 1
    ;;
  "$1-denied") echo "chgrp: ./usr/etc/polkit-1: Permission denied"; exit 1 ;;
  esac
}
