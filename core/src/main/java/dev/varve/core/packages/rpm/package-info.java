/**
 * Reads the database of installed packages that RPM keeps in an image. {@link
 * dev.varve.core.packages.rpm.RpmDatabaseLocation} finds it, {@link
 * dev.varve.core.packages.rpm.RpmDatabase} reads it: one header for each package, in a file of one
 * of three formats, each of which has a {@link dev.varve.core.packages.rpm.HeaderReader}. The file
 * is not trusted: every offset and count is checked against the file's size before memory is
 * allocated by it.
 */
@NullMarked
package dev.varve.core.packages.rpm;

import org.jspecify.annotations.NullMarked;
