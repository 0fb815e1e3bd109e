package dev.varve.core.packages;

import dev.varve.core.filetree.Content;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.Inode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code os-release} says of the operating system in an image.
 *
 * @param id the distribution, such as {@code fedora}; {@code linux} if the file names none
 * @param like the distributions that this one derives from, the closest first
 * @param version the version of the distribution, or empty
 * @param title the name and version for people, or empty
 * @see <a href="https://www.freedesktop.org/software/systemd/man/latest/os-release.html">os-release
 *     (5)</a>
 */
public record OsRelease(String id, List<String> like, String version, String title) {
  private static final List<String> PLACES =
      List.of("etc/os-release", "usr/lib/os-release", "usr/etc/os-release");

  /** The most bytes that are read. */
  private static final int MAX_BYTES = 1 << 20;

  /** Copies the list. */
  public OsRelease {
    like = List.copyOf(like);
  }

  /**
   * Reads the file of an image.
   *
   * @param tree the files of a plain image
   * @return empty if the image has no such file
   */
  public static Optional<OsRelease> of(FileTree tree) throws IOException {
    for (String place : PLACES) {
      Optional<Content> content =
          tree.find(followed(tree, place)).flatMap(Inode::content).filter(each -> each.size() > 0);
      if (content.isPresent()) {
        try (InputStream in = content.get().open()) {
          return Optional.of(parse(new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8)));
        }
      }
    }
    return Optional.empty();
  }

  /** Returns a path with all symbolic links followed, also the last one. */
  private static String followed(FileTree tree, String path) {
    return tree.resolveParents(tree.resolveParents(path) + "/.");
  }

  /** Parses the text of the file: assignments as a shell understands them, without expansion. */
  static OsRelease parse(String text) {
    Map<String, String> values = new HashMap<>();
    for (String line : text.split("\n", -1)) {
      int equals = line.indexOf('=');
      if (equals > 0 && !line.startsWith("#")) {
        values.put(line.substring(0, equals).strip(), unquoted(line.substring(equals + 1).strip()));
      }
    }
    String like = values.getOrDefault("ID_LIKE", "").strip();
    String id = values.getOrDefault("ID", "");
    return new OsRelease(
        id.isEmpty() ? "linux" : id,
        like.isEmpty() ? List.of() : List.of(like.split("\\s+")),
        values.getOrDefault("VERSION_ID", ""),
        values.getOrDefault("PRETTY_NAME", ""));
  }

  private static String unquoted(String value) {
    char quote = value.length() < 2 ? 0 : value.charAt(0);
    if ((quote != '"' && quote != '\'') || value.charAt(value.length() - 1) != quote) {
      return value;
    }
    String inner = value.substring(1, value.length() - 1);
    return quote == '"' ? inner.replaceAll("\\\\([\"$`\\\\])", "$1") : inner;
  }
}
