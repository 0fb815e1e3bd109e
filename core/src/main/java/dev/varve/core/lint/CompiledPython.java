package dev.varve.core.lint;

import dev.varve.core.filetree.Content;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.Inode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds compiled Python modules that Python will ignore. */
final class CompiledPython implements Rule {
  @Override
  public String name() {
    return "pyc";
  }

  @Override
  public Severity severity() {
    return Severity.WARNING;
  }

  @Override
  public String title() {
    return "Python ignores a compiled module that records another time of its source than the source has, and compiles the source at each start of a program.";
  }

  @Override
  public List<String> cure() {
    return List.of(
        "# after all packages are installed: compile without times",
        "RUN python3 -m compileall -q --invalidation-mode unchecked-hash /usr/lib/python3* || true");
  }

  @Override
  public void check(LintedImage image, Findings findings) throws IOException {
    for (FileTree.Entry entry : image.tree().entries()) {
      Matcher compiled = COMPILED.matcher(entry.path());
      Optional<Content> content = entry.inode().content();
      if (content.isEmpty() || !compiled.matches()) {
        continue;
      }
      Optional<Inode> source = image.stored().find(compiled.group(1) + compiled.group(2) + ".py");
      if (source.isPresent() && source.get().content().isPresent()) {
        OptionalLong recorded = recordedTime(content.get());
        if (recorded.isPresent() && recorded.getAsLong() != (source.get().mtime() & 0xFFFF_FFFFL)) {
          findings.add(
              entry.path(),
              changed(image, entry.path()),
              "records %s as the time of its source, which layers carry with %s"
                  .formatted(
                      Instant.ofEpochSecond(recorded.getAsLong()),
                      Instant.ofEpochSecond(source.get().mtime())));
        }
      }
    }
  }

  private static final Pattern COMPILED =
      Pattern.compile("((?:.*/)?)__pycache__/([^/.]++)\\.[^/]+\\.pyc");

  private static final int HEADER = 16;

  /** Returns the size if the file changed since the previous image, and else 0. */
  private static long changed(LintedImage image, String path) throws IOException {
    return image.changes().stream().anyMatch(change -> change.file().path().equals(path))
        ? image.compressed(path)
        : 0;
  }

  /**
   * Returns the recorded time of the source, in seconds since the epoch modulo 2^32; empty if the
   * module is checked by a hash, or not at all.
   *
   * @see <a href="https://peps.python.org/pep-0552/">PEP 552</a>
   */
  private static OptionalLong recordedTime(Content content) throws IOException {
    byte[] header;
    try (InputStream in = content.open()) {
      header = in.readNBytes(HEADER);
    }
    if (header.length < HEADER || header[2] != '\r' || header[3] != '\n') {
      return OptionalLong.empty();
    }
    ByteBuffer fields = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
    return fields.getInt(4) == 0
        ? OptionalLong.of(fields.getInt(8) & 0xFFFF_FFFFL)
        : OptionalLong.empty();
  }
}
