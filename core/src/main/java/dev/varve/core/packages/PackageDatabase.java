package dev.varve.core.packages;

import dev.varve.core.bytes.IoConsumer;
import java.io.IOException;
import java.util.function.Consumer;

/** A package manager's database in an image. Each package manager has its own implementation. */
public interface PackageDatabase {
  /** The database with its path in the image, such as {@code the dpkg database /var/lib/dpkg}. */
  String title();

  /**
   * Passes every installed package to {@code each}, in an order that depends on nothing but the
   * database's bytes, and one in memory at a time if the format allows it. Packages that can't be
   * read are left out, as are files whose path is the root itself, or has an empty segment, {@code
   * .} or {@code ..}.
   *
   * @param each called in this thread; its exceptions are passed on
   * @param leftOut called in this thread with a sentence without a full stop for each package that
   *     can't be read; it names the package if possible, and the place in the database
   * @throws UnreadablePackageDatabaseException if the whole database is damaged, or if none of its
   *     packages can be read
   * @throws IOException if the image's files can't be read, or the scratch directory is full
   */
  void read(IoConsumer<InstalledPackage> each, Consumer<String> leftOut) throws IOException;
}
