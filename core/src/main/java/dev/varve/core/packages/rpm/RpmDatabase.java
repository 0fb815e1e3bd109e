package dev.varve.core.packages.rpm;

import dev.varve.core.bytes.IoConsumer;
import dev.varve.core.packages.InstalledPackage;
import dev.varve.core.packages.UnreadablePackageDatabaseException;
import dev.varve.core.packages.rpm.HeaderReader.StoredHeader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The packages of an RPM database in any of its formats; each package is a header. */
public final class RpmDatabase {
  private RpmDatabase() {}

  /**
   * Passes every package to {@code each}, in the order of the numbers in the database, one in
   * memory at a time. Packages whose header can't be read are left out. Keys that were imported
   * into RPM are packages named {@code gpg-pubkey}, without files. A file is left out if its path
   * is the root itself, or has an empty segment, {@code .} or {@code ..}.
   *
   * <p>A write-ahead log beside a SQLite database (the same name with {@code -wal}) is replayed,
   * which changes both files: they must be a writable copy that the caller owns and that nobody
   * else has open.
   *
   * @param file a copy of the database, in a directory that can be written to
   * @param location the database in the image: its format, and its path for error messages
   * @param each called in this thread; its exceptions are passed on
   * @param leftOut called in this thread, with a sentence for each header that can't be read
   * @throws UnreadablePackageDatabaseException if the file is of another format, is damaged, or if
   *     none of its headers can be read
   * @throws IOException if the copy can't be read
   */
  public static void read(
      Path file,
      RpmDatabaseLocation location,
      IoConsumer<InstalledPackage> each,
      Consumer<String> leftOut)
      throws IOException {
    Packages packages = new Packages(each, leftOut);
    try {
      reader(location.format()).read(file, packages::add);
    } catch (MalformedDatabaseException e) {
      throw unreadable(location, String.valueOf(e.getMessage()), e.getCause());
    }
    if (!packages.any && !packages.firstProblem.isEmpty()) {
      throw unreadable(location, "none of its headers can be read; " + packages.firstProblem, null);
    }
  }

  private static HeaderReader reader(RpmDatabaseFormat format) {
    return switch (format) {
      case SQLITE -> SqliteHeaders::read;
      case NDB -> NdbHeaders::read;
      case BERKELEY_DB -> BerkeleyDbHeaders::read;
    };
  }

  private static UnreadablePackageDatabaseException unreadable(
      RpmDatabaseLocation location, String problem, @Nullable Throwable cause) {
    UnreadablePackageDatabaseException failure =
        new UnreadablePackageDatabaseException(
            location.title(),
            problem
                + "; run `rpm -qa` in the image's build to see whether RPM can read the database, and `rpmdb --rebuilddb` to repair it");
    if (cause != null) {
      failure.initCause(cause);
    }
    return failure;
  }

  /** Parses headers, and passes packages on. */
  private static final class Packages {
    private final IoConsumer<InstalledPackage> each;
    private final Consumer<String> leftOut;
    private boolean any;
    private String firstProblem = "";

    Packages(IoConsumer<InstalledPackage> each, Consumer<String> leftOut) {
      this.each = each;
      this.leftOut = leftOut;
    }

    void add(StoredHeader stored) throws IOException {
      String name = "header " + stored.number();
      if (stored.blob() == null) {
        leaveOut(name + ": " + stored.problem());
        return;
      }
      InstalledPackage installed;
      try {
        RpmHeader header = RpmHeader.parse(stored.blob());
        name = named(header, name);
        installed = RpmPackage.of(header);
      } catch (MalformedHeaderException e) {
        leaveOut(name + ": " + e.getMessage());
        return;
      }
      any = true;
      each.accept(installed);
    }

    private void leaveOut(String problem) {
      firstProblem = firstProblem.isEmpty() ? problem : firstProblem;
      leftOut.accept(problem);
    }

    /** Adds the package's name to the header's number, if the name can be read. */
    private static String named(RpmHeader header, String number) {
      try {
        String name = header.string(RpmTag.NAME);
        return name.isEmpty() ? number : "package " + name + " (" + number + ")";
      } catch (MalformedHeaderException e) {
        return number;
      }
    }
  }
}
