/**
 * Reads the database of installed packages that RPM keeps in an image. {@link
 * dev.varve.core.packages.rpm.RpmDatabaseLocation} finds it, {@link
 * dev.varve.core.packages.rpm.RpmDatabase} reads it: a SQLite table with one RPM header for each
 * package. The file is not trusted: every offset and count is checked against the file's size
 * before memory is allocated by it.
 */
@NullMarked
package dev.varve.core.packages.rpm;

import org.jspecify.annotations.NullMarked;
