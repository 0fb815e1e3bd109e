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
 * What ties an image's kernel to the image's files: the digest of the files' composefs on the
 * command line of a unified kernel image. It covers the mode, owner, content, hard links, mtime in
 * seconds, and most extended attributes of all files and directories, but for what is below {@code
 * /boot} and {@code /sysroot}; an image in which any of these differs doesn't boot.
 *
 * @param path the kernel image, without a leading slash
 * @param digest the digest, in hexadecimal
 * @see <a href="https://github.com/containers/composefs-rs">composefs-rs</a>
 */
public record Seal(String path, String digest) {
  /**
   * The kernel's argument, as an extended regular expression. A question mark lets a file system
   * without fs-verity pass.
   */
  public static final String ARGUMENT =
      "composefs(\\.[a-z.]+)?=[?]?([a-z0-9-]+:)?([0-9a-f]{128}|[0-9a-f]{64})";

  /** Digests by SHA-256 or SHA-512, the longer first. */
  private static final Pattern ARGUMENT_PATTERN = Pattern.compile(ARGUMENT);

  private static final String EXTENSION = ".efi";

  /** What the digest leaves out. */
  private static final Pattern UNCOVERED = Pattern.compile("(boot|sysroot)/.*");

  /** Whether a seal covers what is at {@code path}. */
  public static boolean covers(String path) {
    return !UNCOVERED.matcher(path).matches();
  }

  /**
   * Finds the first seal, by path.
   *
   * @param tree a plain image's files; all whose names end with {@code .efi} are looked into, since
   *     kernel images are kept in many places, and an installer copies them to where they are
   *     booted from
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
