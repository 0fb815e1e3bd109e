package dev.varve.core.packages.pacman;

import dev.varve.core.bytes.LosslessUtf8;
import dev.varve.core.packages.DatabaseLines;
import dev.varve.core.packages.FileDigest;
import dev.varve.core.packages.FileDigest.Algorithm;
import dev.varve.core.packages.PackageFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the attributes of a package's files from an mtree, as bsdtar writes it for makepkg: a line
 * has a path and keywords with values, and {@code /set} gives values for the lines after it. See <a
 * href="https://man.archlinux.org/man/mtree.5">mtree(5)</a>.
 */
final class Mtree {
  /** The keywords that are read. */
  private enum Keyword {
    TYPE,
    MODE,
    UID,
    GID,
    TIME,
    LINK,
    SHA256,
    MD5;

    /** Returns the keyword of a name; null if it is not read. */
    static @Nullable Keyword of(String name) {
      return switch (name) {
        case "type" -> TYPE;
        case "mode" -> MODE;
        case "uid" -> UID;
        case "gid" -> GID;
        case "time" -> TIME;
        case "link" -> LINK;
        case "sha256digest", "sha256" -> SHA256;
        case "md5digest", "md5" -> MD5;
        default -> null;
      };
    }
  }

  /** The values of all lines that do not give others. */
  private final Map<Keyword, String> common = new EnumMap<>(Keyword.class);

  private Mtree() {}

  /** Passes each entry with a path below the root to {@code each}. */
  static void read(DatabaseLines lines, Consumer<PackageFile> each) throws IOException {
    Mtree mtree = new Mtree();
    while (lines.next()) {
      mtree.line(lines.text(), each);
    }
  }

  private void line(String line, Consumer<PackageFile> each) {
    int end = wordEnd(line, 0);
    String first = line.substring(0, end);
    if (first.equals("/set")) {
      set(line, end, common);
    } else if (first.equals("/unset")) {
      unset(line, end);
    } else if (!first.startsWith("#")) {
      String path = unescaped(first.startsWith("./") ? first.substring(2) : first);
      if (PackageFile.isPath(path)) {
        Map<Keyword, String> values = new EnumMap<>(common);
        set(line, end, values);
        each.accept(file(path, values));
      }
    }
  }

  private static void set(String line, int from, Map<Keyword, String> values) {
    for (int start = wordStart(line, from); start < line.length(); ) {
      int end = wordEnd(line, start);
      int equals = line.indexOf('=', start);
      if (equals > start && equals < end) {
        Keyword keyword = Keyword.of(line.substring(start, equals));
        if (keyword != null) {
          values.put(keyword, line.substring(equals + 1, end));
        }
      }
      start = wordStart(line, end);
    }
  }

  private void unset(String line, int from) {
    for (int start = wordStart(line, from); start < line.length(); ) {
      int end = wordEnd(line, start);
      Keyword keyword = Keyword.of(line.substring(start, end));
      if (keyword != null) {
        common.remove(keyword);
      }
      start = wordStart(line, end);
    }
  }

  private static int wordStart(String line, int from) {
    int start = from;
    while (start < line.length() && line.charAt(start) == ' ') {
      start++;
    }
    return start;
  }

  private static int wordEnd(String line, int start) {
    int space = line.indexOf(' ', start);
    return space < 0 ? line.length() : space;
  }

  private static PackageFile file(String path, Map<Keyword, String> values) {
    String type = values.getOrDefault(Keyword.TYPE, "");
    boolean regular = type.isEmpty() || type.equals("file");
    Optional<FileDigest> digest = regular ? digest(values) : Optional.empty();
    return new PackageFile(
        path,
        mode(type, values.getOrDefault(Keyword.MODE, "")),
        values.getOrDefault(Keyword.UID, ""),
        values.getOrDefault(Keyword.GID, ""),
        // Without a digest, nothing tells whether the file still is the one with this time.
        regular && digest.isEmpty()
            ? OptionalLong.empty()
            : seconds(values.getOrDefault(Keyword.TIME, "")),
        digest,
        unescaped(values.getOrDefault(Keyword.LINK, "")),
        "");
  }

  private static Optional<FileDigest> digest(Map<Keyword, String> values) {
    return FileDigest.of(Algorithm.SHA256, values.getOrDefault(Keyword.SHA256, ""))
        .or(() -> FileDigest.of(Algorithm.MD5, values.getOrDefault(Keyword.MD5, "")));
  }

  private static OptionalInt mode(String type, String octal) {
    int format =
        switch (type) {
          case "", "file" -> 0100000;
          case "dir" -> 0040000;
          case "link" -> 0120000;
          case "char" -> 0020000;
          case "block" -> 0060000;
          case "fifo" -> 0010000;
          default -> 0;
        };
    try {
      int permissions = Integer.parseInt(octal, 8);
      return format == 0 || permissions < 0 || permissions > 07777
          ? OptionalInt.empty()
          : OptionalInt.of(format | permissions);
    } catch (NumberFormatException e) {
      return OptionalInt.empty();
    }
  }

  /** Returns the whole seconds: what follows the point is a number of nanoseconds. */
  private static OptionalLong seconds(String time) {
    int point = time.indexOf('.');
    try {
      return OptionalLong.of(Long.parseLong(point < 0 ? time : time.substring(0, point)));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  /** Decodes bytes that are written as a backslash and three octal digits. */
  private static String unescaped(String text) {
    if (text.indexOf('\\') < 0) {
      return text;
    }
    byte[] escaped = LosslessUtf8.encode(text);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(escaped.length);
    for (int i = 0; i < escaped.length; i++) {
      int value = escaped[i] == '\\' ? octal(escaped, i + 1) : -1;
      if (value < 0) {
        bytes.write(escaped[i]);
      } else {
        bytes.write(value);
        i += 3;
      }
    }
    return LosslessUtf8.decode(bytes.toByteArray());
  }

  /** Returns the number that three octal digits give; -1 if they are none, or more than a byte. */
  private static int octal(byte[] text, int from) {
    if (from + 3 > text.length) {
      return -1;
    }
    int value = 0;
    for (int i = from; i < from + 3; i++) {
      if (text[i] < '0' || text[i] > '7') {
        return -1;
      }
      value = value * 8 + text[i] - '0';
    }
    return value > 0xFF ? -1 : value;
  }
}
