/**
 * An image's files as one tree: layers read in parallel, squashed with their whiteouts, opaque
 * directories and hard links, an OSTree repository unwrapped. Contents are spooled to scratch files
 * or stay where they are; only names and attributes are held in memory.
 *
 * <p>Start with {@link dev.varve.core.filetree.FileTree}; {@link
 * dev.varve.core.filetree.LayeredTree} reads one from an image.
 */
@NullMarked
package dev.varve.core.filetree;

import org.jspecify.annotations.NullMarked;
