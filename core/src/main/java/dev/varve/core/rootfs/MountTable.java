package dev.varve.core.rootfs;

import dev.varve.core.bytes.LosslessUtf8;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The mounts of this process, oldest first. A file's device number does not identify mounts: a bind
 * mount has the number of the underlying file system, and a subvolume of BTRFS has its own.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html">mountinfo</a>
 */
public record MountTable(List<Mount> mounts) {
  private static final Path MOUNTINFO = Path.of("/proc/self/mountinfo");

  /** The fields of a line up to the mount point; the optional fields follow, and a hyphen. */
  private static final Path ROOT = Path.of("/");

  private static final int MOUNT_POINT = 4;

  private static final String END_OF_OPTIONAL_FIELDS = " - ";

  /**
   * A mount.
   *
   * @param point the absolute path, decoded by {@link LosslessUtf8}
   * @param type the type of the file system, such as {@code btrfs}
   * @param source the device, or another name of the file system
   */
  public record Mount(String point, String type, String source) {}

  /** Copies the list. */
  public MountTable {
    mounts = List.copyOf(mounts);
  }

  /** Reads the kernel's table; without /proc, the table is empty. */
  public static MountTable read() throws IOException {
    try {
      return parse(LosslessUtf8.decode(Files.readAllBytes(MOUNTINFO)));
    } catch (NoSuchFileException e) {
      return new MountTable(List.of());
    }
  }

  static MountTable parse(String mountinfo) throws IOException {
    List<Mount> mounts = new ArrayList<>();
    for (String line : mountinfo.split("\n", -1)) {
      if (!line.isEmpty()) {
        mounts.add(mount(line));
      }
    }
    return new MountTable(mounts);
  }

  private static Mount mount(String line) throws IOException {
    String[] halves = line.split(END_OF_OPTIONAL_FIELDS, 2);
    String[] fields = halves[0].split(" ", -1);
    String[] rest = halves.length < 2 ? new String[0] : halves[1].split(" ", -1);
    String point = fields.length <= MOUNT_POINT ? "" : unescaped(fields[MOUNT_POINT]);
    if (point.isEmpty() || point.indexOf(0) >= 0 || rest.length < 2) {
      throw new IOException("reading " + MOUNTINFO + ": unexpected line \"" + line + "\"");
    }
    return new Mount(point, rest[0], unescaped(rest[1]));
  }

  /** Decodes spaces, newlines and backslashes, which the kernel escapes as three octal digits. */
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
    return LosslessUtf8.decode(bytes.toByteArray());
  }

  /** Returns the uppermost mount at a path. */
  public Optional<Mount> at(Path point) {
    return mounts.stream()
        .filter(mount -> mount.point().equals(point.toString()))
        .reduce((lower, upper) -> upper);
  }

  /** Returns the first mount point of one of the sources other than {@code point}. */
  public Optional<Path> elsewhere(List<String> sources, Path point) {
    return mounts.stream()
        .filter(mount -> sources.contains(mount.source()))
        .filter(mount -> !mount.point().equals(point.toString()))
        .map(MountTable::path)
        .findFirst();
  }

  /** Returns the mount points below a path, in the order of unmounting. */
  public List<Path> below(Path point) {
    List<Path> points = new ArrayList<>();
    for (Mount mount : mounts) {
      if (!relative(point.toString(), mount).isEmpty()) {
        points.add(path(mount));
      }
    }
    Collections.reverse(points);
    return points;
  }

  /** Returns the mount points below an absolute directory, as relative paths. */
  Set<String> namesBelow(byte[] directory) {
    Set<String> names = new HashSet<>();
    for (Mount mount : mounts) {
      names.add(relative(LosslessUtf8.decode(directory), mount));
    }
    names.remove("");
    return names;
  }

  /** Returns the mount point, whose name may have any bytes. */
  private static Path path(Mount mount) {
    return RawPath.resolve(ROOT, mount.point().replaceFirst("^/+", ""));
  }

  /** Returns the mount point's path relative to a directory; empty if it is not below. */
  private static String relative(String directory, Mount mount) {
    String prefix = directory.endsWith("/") ? directory : directory + "/";
    return mount.point().startsWith(prefix) ? mount.point().substring(prefix.length()) : "";
  }
}
