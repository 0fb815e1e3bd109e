package dev.varve.core.lint;

/**
 * Something that a rule found in an image.
 *
 * @param rule the rule
 * @param path the path in the image, as in {@link dev.varve.core.filetree.FileTree}; empty if the
 *     finding is about the whole image
 * @param bytes what it costs each update, in bytes of compressed content; 0 if nothing
 * @param message what was found, in one line
 */
public record Finding(Rule rule, String path, long bytes, String message) {}
