package dev.varve.core.packages.rpm;

import static dev.varve.core.packages.rpm.RpmHeader.INT16;
import static dev.varve.core.packages.rpm.RpmHeader.INT32;

import dev.varve.core.bytes.Quantity;
import dev.varve.core.packages.FileDigest;
import dev.varve.core.packages.FileDigest.Algorithm;
import dev.varve.core.packages.InstalledPackage;
import dev.varve.core.packages.PackageFile;
import dev.varve.core.packages.PackageFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Converts an RPM header to an {@link InstalledPackage}. */
final class RpmPackage {
  /** RPM's number of MD5, which a header without a number means. */
  private static final int MD5 = 1;

  /** Limits memory, for a header that pairs one long directory name with a million files. */
  private static final long MAX_PATH_CHARS = 64L << 20;

  private RpmPackage() {}

  static InstalledPackage of(RpmHeader header) throws MalformedHeaderException {
    String version = required(header, RpmTag.VERSION) + "-" + required(header, RpmTag.RELEASE);
    long epoch = header.number(RpmTag.EPOCH, INT32, 0);
    return new InstalledPackage(
        PackageFormat.RPM,
        required(header, RpmTag.NAME),
        epoch == 0 ? version : epoch + ":" + version,
        header.string(RpmTag.ARCH),
        sourceRpm(header),
        header.number(RpmTag.BUILDTIME, INT32, 0),
        Arrays.stream(header.numbers(RpmTag.CHANGELOGTIME, INT32)).boxed().toList(),
        files(header),
        header.string(RpmTag.LICENSE),
        header.string(RpmTag.VENDOR));
  }

  /** Returns the source package's name, or empty. For imported keys RPM stores "(none)". */
  private static String sourceRpm(RpmHeader header) throws MalformedHeaderException {
    String sourceRpm = header.string(RpmTag.SOURCERPM);
    return sourceRpm.equals("(none)") ? "" : sourceRpm;
  }

  private static List<PackageFile> files(RpmHeader header) throws MalformedHeaderException {
    Paths paths = new Paths(header);
    int count = paths.count();
    if (count == 0) {
      return List.of();
    }
    long[] modes = numbers(header, RpmTag.FILEMODES, INT16, count);
    long[] mtimes = numbers(header, RpmTag.FILEMTIMES, INT32, count);
    Optional<Algorithm> algorithm = algorithm(header);
    Column users = new Column(header, RpmTag.FILEUSERNAME, count);
    Column groups = new Column(header, RpmTag.FILEGROUPNAME, count);
    Column digests = new Column(header, RpmTag.FILEDIGESTS, count);
    Column linkTargets = new Column(header, RpmTag.FILELINKTOS, count);
    Column capabilities = new Column(header, RpmTag.FILECAPS, count);

    List<PackageFile> files = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      String path = paths.next();
      String user = users.next();
      String group = groups.next();
      String digest = digests.next();
      String linkTarget = linkTargets.next();
      String capability = capabilities.next();
      if (path.isEmpty()) {
        continue;
      }
      files.add(
          new PackageFile(
              path,
              OptionalInt.of((int) modes[i]),
              user,
              group,
              OptionalLong.of(mtimes[i]),
              algorithm.flatMap(hash -> FileDigest.of(hash, digest)),
              linkTarget,
              capability));
    }
    return files;
  }

  /** Returns the algorithm of the files' digests; empty if its number is unknown. */
  private static Optional<Algorithm> algorithm(RpmHeader header) throws MalformedHeaderException {
    // The numbers are those of OpenPGP, RFC 4880, section 9.4.
    return switch ((int) header.number(RpmTag.FILEDIGESTALGO, INT32, MD5)) {
      case MD5 -> Optional.of(Algorithm.MD5);
      case 2 -> Optional.of(Algorithm.SHA1);
      case 8 -> Optional.of(Algorithm.SHA256);
      case 9 -> Optional.of(Algorithm.SHA384);
      case 10 -> Optional.of(Algorithm.SHA512);
      case 11 -> Optional.of(Algorithm.SHA224);
      default -> Optional.empty();
    };
  }

  private static String required(RpmHeader header, int tag) throws MalformedHeaderException {
    String text = header.string(tag);
    if (text.isEmpty()) {
      throw header.malformedTag(tag, "expected text, got none");
    }
    return text;
  }

  private static long[] numbers(RpmHeader header, int tag, int type, int count)
      throws MalformedHeaderException {
    long[] numbers = header.numbers(tag, type);
    requireCount(header, tag, numbers.length, count);
    return numbers;
  }

  private static void requireCount(RpmHeader header, int tag, int count, int files)
      throws MalformedHeaderException {
    if (count != files) {
      throw header.malformedTag(
          tag, "expected one for each of " + Quantity.of(files, "file") + ", got " + count);
    }
  }

  /** A tag with one string for each file; all strings are empty if the tag is missing. */
  private static final class Column {
    private final RpmHeader.Strings strings;

    Column(RpmHeader header, int tag, int files) throws MalformedHeaderException {
      strings = header.strings(tag);
      if (header.has(tag)) {
        requireCount(header, tag, strings.count(), files);
      }
    }

    String next() throws MalformedHeaderException {
      return strings.count() == 0 ? "" : strings.next();
    }
  }

  /**
   * Reads the files' paths: a directory's index and a base name for each file, or the full path, as
   * RPM 3 stored it.
   */
  private static final class Paths {
    private final RpmHeader header;
    private final RpmHeader.Strings names;
    private final String[] directories;
    private final long[] directoryOf;
    private int taken;
    private long chars;

    Paths(RpmHeader header) throws MalformedHeaderException {
      this.header = header;
      if (header.has(RpmTag.BASENAMES)) {
        names = header.strings(RpmTag.BASENAMES);
        RpmHeader.Strings strings = header.strings(RpmTag.DIRNAMES);
        directories = new String[strings.count()];
        for (int i = 0; i < directories.length; i++) {
          directories[i] = strings.next();
        }
        directoryOf = numbers(header, RpmTag.DIRINDEXES, INT32, names.count());
      } else {
        names = header.strings(RpmTag.OLDFILENAMES);
        directories = new String[] {""};
        directoryOf = new long[names.count()];
      }
    }

    int count() {
      return names.count();
    }

    /** Returns the next path; empty if the path is the root, or has an empty or dot segment. */
    String next() throws MalformedHeaderException {
      long index = directoryOf[taken++];
      if (index >= directories.length) {
        throw header.malformedTag(
            RpmTag.DIRINDEXES,
            ("expected file " + (taken - 1) + " in one of " + directories.length)
                + (" directories, got number " + index));
      }
      String directory = directories[(int) index];
      String name = names.next();
      chars += (long) directory.length() + name.length();
      if (chars > MAX_PATH_CHARS) {
        throw header.malformedTag(
            RpmTag.BASENAMES, "expected paths of at most " + MAX_PATH_CHARS + " characters in all");
      }
      return relative(directory.concat(name));
    }

    private static String relative(String path) {
      int start = 0;
      while (start < path.length() && path.charAt(start) == '/') {
        start++;
      }
      String relative = path.substring(start);
      return PackageFile.isPath(relative) ? relative : "";
    }
  }
}
