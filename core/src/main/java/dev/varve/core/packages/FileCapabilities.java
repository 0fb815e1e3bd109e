package dev.varve.core.packages;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Capabilities of a file, from their text to the extended attribute {@code security.capability}.
 *
 * @see <a href="https://man7.org/linux/man-pages/man3/cap_from_text.3.html">cap_from_text(3)</a>
 */
final class FileCapabilities {
  /** The names by their numbers, as of Linux 5.9. */
  private static final List<String> NAMES =
      List.of(
          "chown",
          "dac_override",
          "dac_read_search",
          "fowner",
          "fsetid",
          "kill",
          "setgid",
          "setuid",
          "setpcap",
          "linux_immutable",
          "net_bind_service",
          "net_broadcast",
          "net_admin",
          "net_raw",
          "ipc_lock",
          "ipc_owner",
          "sys_module",
          "sys_rawio",
          "sys_chroot",
          "sys_ptrace",
          "sys_pacct",
          "sys_admin",
          "sys_boot",
          "sys_nice",
          "sys_resource",
          "sys_time",
          "sys_tty_config",
          "mknod",
          "lease",
          "audit_write",
          "audit_control",
          "setfcap",
          "mac_override",
          "mac_admin",
          "syslog",
          "wake_alarm",
          "block_suspend",
          "audit_read",
          "perfmon",
          "bpf",
          "checkpoint_restore");

  private static final int REVISION_2 = 0x02000000;
  private static final int EFFECTIVE = 1;
  private static final int LENGTH = 20;

  private FileCapabilities() {}

  /**
   * Returns the value of the extended attribute; empty for a text that sets nothing, or that uses
   * other than names with the flags that are set.
   */
  static Optional<byte[]> xattr(String text) {
    long permitted = 0;
    long inheritable = 0;
    boolean effective = false;
    for (String clause : text.strip().split("\\s+", -1)) {
      if (clause.equals("=")) {
        continue; // clears what is clear already
      }
      int operator = Math.max(clause.indexOf('='), clause.indexOf('+'));
      long named = operator < 1 ? 0 : bits(clause.substring(0, operator));
      String flags = clause.substring(operator + 1);
      if (named == 0 || !flags.matches("[eip]+")) {
        return Optional.empty();
      }
      permitted |= flags.contains("p") ? named : 0;
      inheritable |= flags.contains("i") ? named : 0;
      effective |= flags.contains("e");
    }
    if (permitted == 0 && inheritable == 0) {
      return Optional.empty();
    }
    return Optional.of(
        ByteBuffer.allocate(LENGTH)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(REVISION_2 | (effective ? EFFECTIVE : 0))
            .putInt((int) permitted)
            .putInt((int) inheritable)
            .putInt((int) (permitted >>> 32))
            .putInt((int) (inheritable >>> 32))
            .array());
  }

  /** Returns the bits of names separated by commas; 0 if one is unknown. */
  private static long bits(String names) {
    long bits = 0;
    for (String name : names.toLowerCase(Locale.ROOT).split(",", -1)) {
      int number = name.startsWith("cap_") ? NAMES.indexOf(name.substring(4)) : -1;
      if (number < 0) {
        return 0;
      }
      bits |= 1L << number;
    }
    return bits;
  }
}
