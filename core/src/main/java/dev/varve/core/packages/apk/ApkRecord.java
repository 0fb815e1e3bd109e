package dev.varve.core.packages.apk;

import dev.varve.core.packages.DatabaseLines;
import dev.varve.core.packages.FileDigest;
import dev.varve.core.packages.FileDigest.Algorithm;
import dev.varve.core.packages.InstalledPackage;
import dev.varve.core.packages.PackageFile;
import dev.varve.core.packages.PackageFormat;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Collects the lines of a package. The letters are those that apk writes: {@code P}, {@code V},
 * {@code A}, {@code o} and {@code t} (name, version, architecture, origin, build time), {@code L}
 * and {@code m} (license, maintainer); then {@code F} with a directory, {@code M} with its owner
 * and mode, {@code R} with a name in the directory, {@code a} with its owner and mode, {@code Z}
 * with its digest. Others are ignored.
 */
final class ApkRecord {
  /** The most files of a package. */
  private static final int MAX_FILES = 1_000_000;

  /** Limits memory, for a package that pairs one long directory name with a million files. */
  private static final long MAX_PATH_CHARS = 64L << 20;

  /** The longest path of a file in characters; an image has no longer ones. */
  private static final int MAX_PATH = 4096;

  /** The owner and mode of a directory without a line {@code M}. */
  private static final Access DIRECTORY = new Access("0", "0", OptionalInt.of(0040755));

  /**
   * The owner of a file without a line {@code a}. The mode is unknown: no line tells whether the
   * file is a symbolic link.
   */
  private static final Access FILE = new Access("0", "0", OptionalInt.empty());

  private final List<PackageFile> files = new ArrayList<>();
  private String name = "";
  private String version = "";
  private String arch = "";
  private String origin = "";
  private String license = "";
  private String maintainer = "";
  private long built;
  private boolean truncated;
  private long pathChars;

  private String directory = "";
  private String path = "";
  private Access access = DIRECTORY;
  private Optional<FileDigest> digest = Optional.empty();

  private String problem = "";

  /** An owner and a mode. */
  private record Access(String user, String group, OptionalInt mode) {}

  /** Adds the line that was read last, which is not empty. */
  void add(DatabaseLines lines) {
    if (!problem.isEmpty()) {
      return;
    }
    if (lines.at(1) != ':') {
      fail(lines, "expected a letter and a colon");
      return;
    }
    String value = lines.from(2);
    switch (lines.at(0)) {
      case 'P' -> name = value;
      case 'V' -> version = value;
      case 'A' -> arch = value;
      case 'o' -> origin = value;
      case 'L' -> license = value;
      case 'm' -> maintainer = value;
      case 't' -> built = seconds(value);
      case 'f' -> truncated = value.indexOf('S') >= 0;
      case 'F' -> {
        String parent = value.endsWith("/") ? value.substring(0, value.length() - 1) : value;
        directory = parent;
        begin(parent, DIRECTORY, lines);
      }
      case 'R' -> begin(directory.isEmpty() ? value : directory + "/" + value, FILE, lines);
      case 'M' -> access = access(value, 0040000);
      case 'a' -> access = access(value, 0);
      case 'Z' -> digest = digest(value, truncated);
      default -> {}
    }
  }

  private void begin(String next, Access usual, DatabaseLines lines) {
    endFile();
    access = usual;
    digest = Optional.empty();
    path = next.length() <= MAX_PATH && PackageFile.isPath(next) ? next : "";
    pathChars += path.length();
    if (files.size() > MAX_FILES) {
      fail(lines, String.format(Locale.ROOT, "expected at most %,d files, got more", MAX_FILES));
    } else if (pathChars > MAX_PATH_CHARS) {
      fail(
          lines,
          String.format(
              Locale.ROOT, "expected paths of at most %,d characters in all", MAX_PATH_CHARS));
    }
  }

  private void endFile() {
    if (!path.isEmpty()) {
      files.add(
          new PackageFile(
              path,
              access.mode(),
              access.user(),
              access.group(),
              OptionalLong.empty(),
              digest,
              "",
              ""));
      path = "";
    }
  }

  private void fail(DatabaseLines lines, String reason) {
    problem = String.valueOf(lines.malformed(reason).getMessage());
    problem = name.isEmpty() ? problem : "package " + name + ": " + problem;
    files.clear();
  }

  /** Returns the package; empty if it can't be read. No line may be added afterwards. */
  Optional<InstalledPackage> installed() {
    endFile();
    if (problem.isEmpty() && (name.isEmpty() || version.isEmpty())) {
      problem =
          "package \""
              + name
              + "\": expected a name (P:) and a version (V:), got \""
              + version
              + "\"";
    }
    return problem.isEmpty()
        ? Optional.of(
            new InstalledPackage(
                PackageFormat.APK,
                name,
                version,
                arch,
                origin,
                built,
                built == 0 ? List.of() : List.of(built),
                files,
                license,
                maintainer))
        : Optional.empty();
  }

  /** The reason why the package can't be read, or empty. */
  String problem() {
    return problem;
  }

  /** Returns the seconds since the epoch, or 0 for a text that is none. */
  private static long seconds(String text) {
    try {
      return Math.max(0, Long.parseLong(text));
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /**
   * Reads user, group and octal mode; a digest of extended attributes may follow.
   *
   * @param format the type in the mode, or 0 if it is unknown
   */
  private static Access access(String text, int format) {
    String[] parts = text.split(":", 4);
    if (parts.length < 3 || !isNumber(parts[0]) || !isNumber(parts[1])) {
      return new Access("", "", OptionalInt.empty());
    }
    try {
      int mode = Integer.parseInt(parts[2], 8);
      return new Access(
          parts[0],
          parts[1],
          format == 0 || mode < 0 || mode > 07777
              ? OptionalInt.empty()
              : OptionalInt.of(format | mode));
    } catch (NumberFormatException e) {
      return new Access(parts[0], parts[1], OptionalInt.empty());
    }
  }

  private static boolean isNumber(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /**
   * Reads a digest: of a file's content, or of a symbolic link's target.
   *
   * @param truncated whether a digest that has the form of a SHA-1 is the start of a SHA-256, as
   *     apk 3 stores it for packages of its own format
   */
  private static Optional<FileDigest> digest(String text, boolean truncated) {
    String hex =
        switch (text.length() < 2 ? "" : text.substring(0, 2)) {
          case "Q1", "Q2" -> hexOfBase64(text.substring(2));
          case "X1", "X2" -> text.substring(2);
          default -> text; // MD5, by apk 1
        };
    return switch (hex.length()) {
      case 32 -> FileDigest.of(Algorithm.MD5, hex);
      case 40 -> FileDigest.of(truncated ? Algorithm.SHA256_160 : Algorithm.SHA1, hex);
      case 64 -> FileDigest.of(Algorithm.SHA256, hex);
      default -> Optional.empty();
    };
  }

  private static String hexOfBase64(String text) {
    try {
      return HexFormat.of().formatHex(Base64.getDecoder().decode(text));
    } catch (IllegalArgumentException e) {
      return "";
    }
  }
}
