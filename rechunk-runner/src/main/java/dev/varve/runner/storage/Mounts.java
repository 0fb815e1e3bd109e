package dev.varve.runner.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * What is mounted, in the order in which it was.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html">mountinfo</a>
 */
record Mounts(List<Mount> list) {
  private static final Path TABLE = Path.of("/proc/self/mountinfo");

  /** One mount. */
  record Mount(Path point, String type, String source) {}

  static Mounts read() throws IOException {
    return parse(Files.readAllLines(TABLE));
  }

  static Mounts parse(List<String> lines) throws IOException {
    List<Mount> mounts = new ArrayList<>();
    for (String line : lines) {
      String[] halves = line.split(" - ", 2);
      String[] fields = halves[0].split(" ", -1);
      String[] rest = halves.length < 2 ? new String[0] : halves[1].split(" ", -1);
      if (fields.length < 5 || rest.length < 2) {
        throw new IOException("reading " + TABLE + ": unexpected line \"" + line + "\"");
      }
      mounts.add(new Mount(Path.of(unescaped(fields[4])), rest[0], unescaped(rest[1])));
    }
    return new Mounts(mounts);
  }

  /** The kernel writes blanks and backslashes as three octal digits. */
  private static String unescaped(String text) {
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '\\' && i + 3 < text.length()) {
        plain.append((char) Integer.parseInt(text.substring(i + 1, i + 4), 8));
        i += 3;
      } else {
        plain.append(text.charAt(i));
      }
    }
    return plain.toString();
  }

  /** What is mounted at a place, on top of all else there. */
  Optional<Mount> at(Path point) {
    return list.stream().filter(mount -> mount.point().equals(point)).reduce((a, b) -> b);
  }

  /** Where else than at a place one of some devices is mounted. */
  Optional<Path> elsewhere(List<String> devices, Path place) {
    return list.stream()
        .filter(mount -> devices.contains(mount.source()) && !mount.point().equals(place))
        .map(Mount::point)
        .findFirst();
  }

  /** What is mounted below a place, in the order in which it can be unmounted. */
  List<Path> below(Path point) {
    List<Path> points = new ArrayList<>();
    for (Mount mount : list) {
      if (mount.point().startsWith(point) && !mount.point().equals(point)) {
        points.add(mount.point());
      }
    }
    Collections.reverse(points);
    return points;
  }
}
