/**
 * An image's labels and changelog, from templates with names such as {@code <version>} and {@code
 * <pkgupd>}. Pure: no I/O and no clock, for reproducible labels.
 */
@NullMarked
package dev.varve.core.notes;

import org.jspecify.annotations.NullMarked;
