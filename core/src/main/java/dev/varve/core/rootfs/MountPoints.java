package dev.varve.core.rootfs;

import dev.varve.core.bytes.LosslessUtf8;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * Where something is mounted, as the kernel tells it. A file's device number wouldn't do: a bind
 * mount has that of what it shows, a subvolume of BTRFS one of its own.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html">mountinfo</a>
 */
final class MountPoints {
  private static final Path MOUNTINFO = Path.of("/proc/self/mountinfo");

  /** The field of a line that has the mount point. */
  private static final int MOUNT_POINT = 4;

  private MountPoints() {}

  /** The mount points below an absolute directory, relative to it; none where there is no /proc. */
  static Set<String> below(byte[] directory) throws IOException {
    try {
      byte[] mountinfo = Files.readAllBytes(MOUNTINFO);
      return below(
          LosslessUtf8.decode(directory, 0, directory.length),
          LosslessUtf8.decode(mountinfo, 0, mountinfo.length));
    } catch (NoSuchFileException e) {
      return Set.of();
    }
  }

  static Set<String> below(String directory, String mountinfo) {
    String prefix = directory.endsWith("/") ? directory : directory + "/";
    Set<String> below = new HashSet<>();
    for (String line : mountinfo.split("\n", -1)) {
      String[] fields = line.split(" ", -1);
      if (fields.length > MOUNT_POINT) {
        String mountPoint = unescaped(fields[MOUNT_POINT]);
        if (mountPoint.startsWith(prefix) && mountPoint.length() > prefix.length()) {
          below.add(mountPoint.substring(prefix.length()));
        }
      }
    }
    return below;
  }

  /** Blanks, newlines and backslashes are three octal digits after a backslash. */
  private static String unescaped(String field) {
    if (field.indexOf('\\') < 0) {
      return field;
    }
    byte[] escaped = LosslessUtf8.encode(field);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < escaped.length; i++) {
      if (escaped[i] == '\\' && i + 3 < escaped.length) {
        bytes.write((escaped[++i] - '0') << 6 | (escaped[++i] - '0') << 3 | (escaped[++i] - '0'));
      } else {
        bytes.write(escaped[i]);
      }
    }
    return LosslessUtf8.decode(bytes.toByteArray(), 0, bytes.size());
  }
}
