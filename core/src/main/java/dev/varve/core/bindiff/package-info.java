/**
 * Finds what a new version of a file repeats of the old one, for a patch that is small once it is
 * compressed. Pure: no I/O; results depend only on the arguments.
 *
 * <p><b>Steps.</b> The new file is a sequence of {@link dev.varve.core.bindiff.Step}s. Each begins
 * with bytes that resemble a part of the old file: equal for the most part, and where they are not,
 * their differences are small numbers that recur. This is what a compiler and a linker leave of a
 * small change in a source: the code moves, and the addresses in it change by the same amount. The
 * idea and the rules of the approximate extension are those of Colin Percival's bsdiff.
 *
 * <p><b>Matches.</b> Where bsdiff sorts all suffixes of the old file, {@link
 * dev.varve.core.bindiff.BlockIndex} knows the old file's blocks of 8 bytes by their hash. A match
 * that is long enough contains such a block; it is extended byte by byte in both directions.
 * Finding the differences takes linear time, and the index as much memory as the old file, at most.
 */
@NullMarked
package dev.varve.core.bindiff;

import org.jspecify.annotations.NullMarked;
