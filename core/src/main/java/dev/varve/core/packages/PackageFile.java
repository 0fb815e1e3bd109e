package dev.varve.core.packages;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A path that a package installed, with the attributes it had in the package, as far as the
 * package's database knows them.
 *
 * @param path the path in the image, without a leading slash and as the package spells it (symbolic
 *     links in it are not resolved), decoded by {@link dev.varve.core.bytes.LosslessUtf8}
 * @param mode {@code st_mode}: the type and the permission bits
 * @param user the owner's name, or number in decimal digits; empty if unknown
 * @param group the group's name, or number in decimal digits; empty if unknown
 * @param mtime seconds since the epoch
 * @param digest the content's digest; empty if the path has no content as well
 * @param linkTarget the target of a symbolic link, or empty
 * @param capabilities the file's capabilities in the text form of {@code cap_from_text(3)}, such as
 *     {@code cap_net_raw=p}, or empty
 */
public record PackageFile(
    String path,
    OptionalInt mode,
    String user,
    String group,
    OptionalLong mtime,
    Optional<FileDigest> digest,
    String linkTarget,
    String capabilities) {

  /** Checks the path's form, and that the mode is in range. */
  public PackageFile {
    if (!isPath(path)) {
      throw new IllegalArgumentException("expected a path below the root, got \"" + path + "\"");
    }
    if (mode.isPresent() && (mode.getAsInt() < 0 || mode.getAsInt() > 0xFFFF)) {
      throw new IllegalArgumentException(path + ": mode " + mode.getAsInt());
    }
  }

  /** Creates a file of which nothing but its path is known. */
  public PackageFile(String path) {
    this(path, OptionalInt.empty(), "", "", OptionalLong.empty(), Optional.empty(), "", "");
  }

  /**
   * Returns whether a text can be a package's path: not empty, and without a leading slash, empty
   * segments, {@code .} and {@code ..}.
   */
  public static boolean isPath(String path) {
    for (int segment = 0; segment <= path.length(); ) {
      int slash = path.indexOf('/', segment);
      int end = slash < 0 ? path.length() : slash;
      if (isEmptyOrDots(path, segment, end)) {
        return false;
      }
      segment = end + 1;
    }
    return true;
  }

  private static boolean isEmptyOrDots(String path, int start, int end) {
    return switch (end - start) {
      case 0 -> true;
      case 1 -> path.charAt(start) == '.';
      case 2 -> path.charAt(start) == '.' && path.charAt(start + 1) == '.';
      default -> false;
    };
  }
}
