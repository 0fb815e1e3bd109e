package dev.varve.core.packages;

/**
 * An attribute that a path has not as its package ships it.
 *
 * @param path the path, as in {@link dev.varve.core.filetree.FileTree}
 * @param owner the package
 * @param attribute which attribute
 * @param shipped its value in the package
 * @param found its value in the image
 */
public record Drift(String path, String owner, Attribute attribute, String shipped, String found) {
  /** An attribute that packages set. */
  public enum Attribute {
    /** The owner and the group. */
    OWNER,
    /** The permissions. */
    MODE,
    /** The capabilities of an executable. */
    CAPABILITIES
  }
}
