package dev.varve.core.lint;

import java.util.List;

/**
 * Something that a rule found in an image.
 *
 * @param rule the rule
 * @param path the path in the image, as in {@link dev.varve.core.filetree.FileTree}; empty if the
 *     finding is about the whole image
 * @param bytes the size of the file in bytes, compressed by zstd; 0 if it has not changed since the
 *     previous image
 * @param message what was found, in one line
 * @param cure the lines that avoid it in a Containerfile, for the image's packages
 */
public record Finding(Rule rule, String path, long bytes, String message, List<String> cure) {
  /** Copies the list. */
  public Finding {
    cure = List.copyOf(cure);
  }
}
