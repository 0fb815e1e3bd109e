/**
 * An image's files as one tree: layers are read in parallel and squashed with their whiteouts,
 * opaque directories and hard links; an OSTree repository is unwrapped. Contents are spooled to
 * scratch files or read in place; only names and attributes are in memory.
 *
 * <p>Start with {@link dev.varve.core.filetree.FileTree}; {@link
 * dev.varve.core.filetree.LayeredTree} reads one from an image, and {@link
 * dev.varve.core.filetree.LayerTar} writes entries of one as the tar of a new layer. The engine's
 * LayerWriter compresses and stores this tar.
 */
@NullMarked
package dev.varve.core.filetree;

import org.jspecify.annotations.NullMarked;
