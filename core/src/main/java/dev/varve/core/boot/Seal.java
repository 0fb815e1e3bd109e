package dev.varve.core.boot;

import dev.varve.core.filetree.Content;
import dev.varve.core.filetree.FileTree;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The composefs digest of an image's files on the command line of a unified kernel image, which
 * binds the kernel to the files. The digest covers the mode, owner, content, hard links, mtime in
 * seconds, and most extended attributes of all files and directories except those below {@code
 * /boot} and {@code /sysroot}. An image in which any of these differs doesn't boot.
 *
 * @param path the path of the kernel image, without a leading slash
 * @param digest the digest, in hexadecimal
 * @see <a href="https://github.com/containers/composefs-rs">composefs-rs</a>
 */
public record Seal(String path, String digest) {
  /**
   * The kernel's argument, as an extended regular expression. A question mark permits a file system
   * without fs-verity.
   */
  public static final String ARGUMENT =
      "composefs(\\.[a-z.]+)?=[?]?([a-z0-9-]+:)?([0-9a-f]{128}|[0-9a-f]{64})";

  /** Matches digests by SHA-256 or SHA-512, the longer first. */
  private static final Pattern ARGUMENT_PATTERN = Pattern.compile(ARGUMENT);

  private static final String EXTENSION = ".efi";

  /** Paths that the digest does not cover. */
  private static final Pattern UNCOVERED = Pattern.compile("(boot|sysroot)/.*");

  /** Returns whether a seal covers the file at {@code path}. */
  public static boolean covers(String path) {
    return !UNCOVERED.matcher(path).matches();
  }

  /**
   * Finds the first seal in the order of paths.
   *
   * @param tree a plain image's files; all files whose names end with {@code .efi} are read,
   *     because kernel images are stored in many places from which an installer copies them
   */
  public static Optional<Seal> find(FileTree tree) throws IOException {
    for (FileTree.Entry entry : tree.entries()) {
      Optional<Content> content = entry.inode().content();
      if (content.isPresent() && entry.path().toLowerCase(Locale.ROOT).endsWith(EXTENSION)) {
        Optional<String> digest = digest(content.get());
        if (digest.isPresent()) {
          return Optional.of(new Seal(entry.path(), digest.get()));
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<String> digest(Content content) throws IOException {
    List<String> lines;
    try (InputStream in = content.open()) {
      lines = CommandLines.read(in);
    }
    return lines.stream().flatMap(line -> arguments(line).stream()).findFirst();
  }

  private static List<String> arguments(String line) {
    return List.of(line.split("[\\s\\x00\"]+")).stream()
        .map(ARGUMENT_PATTERN::matcher)
        .filter(Matcher::matches)
        .map(matcher -> matcher.group(3))
        .toList();
  }
}
