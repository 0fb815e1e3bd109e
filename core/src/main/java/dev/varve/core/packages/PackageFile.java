package dev.varve.core.packages;

/**
 * A path that a package installed, with the attributes it had in the package.
 *
 * @param path the path in the image, without a leading slash and as the package spells it (symbolic
 *     links in it are not resolved), decoded by {@link dev.varve.core.bytes.LosslessUtf8}
 * @param mode {@code st_mode}: the type and the permission bits
 * @param size bytes; each name of a hard-linked file has the size of its content
 * @param mtime seconds since the epoch
 * @param digest the content's SHA-256 in 64 lower-case hexadecimal digits, or empty if the path has
 *     no content, or if the package has no digest or one of another algorithm
 * @param linkTarget the target of a symbolic link, or empty
 * @param ghost whether the package owns the path but ships no file at it
 * @param capabilities the file's capabilities in the text form of {@code cap_from_text(3)}, such as
 *     {@code cap_net_raw=p}, or empty
 */
public record PackageFile(
    String path,
    int mode,
    long size,
    long mtime,
    String digest,
    String linkTarget,
    boolean ghost,
    String capabilities) {

  /** Checks the path's form, the digest's length, and that numbers are in range. */
  public PackageFile {
    if (path.isEmpty() || path.charAt(0) == '/') {
      throw new IllegalArgumentException(
          "expected a path without a leading slash, got \"" + path + "\"");
    }
    if (mode < 0 || mode > 0xFFFF || size < 0) {
      throw new IllegalArgumentException(path + ": mode " + mode + ", size " + size);
    }
    if (!digest.isEmpty() && digest.length() != 64) {
      throw new IllegalArgumentException(path + ": expected a SHA-256, got \"" + digest + "\"");
    }
  }
}
