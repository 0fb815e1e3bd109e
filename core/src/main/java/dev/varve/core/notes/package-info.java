/**
 * What an image says of itself and of what is new in it: labels and changelogs, from templates in
 * which {@code <version>}, {@code <pkgupd>} and the like stand for what is known of it. Pure: no
 * I/O, no clock, so that the same build always says the same.
 */
@NullMarked
package dev.varve.core.notes;

import org.jspecify.annotations.NullMarked;
