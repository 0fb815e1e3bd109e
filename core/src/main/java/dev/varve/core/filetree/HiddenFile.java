package dev.varve.core.filetree;

/**
 * A file in a layer that a later layer replaces or removes: clients download it, and no machine has
 * it.
 *
 * @param path its path, as in {@link FileTree}
 * @param bytes the size of its content
 */
public record HiddenFile(String path, long bytes) {}
