/**
 * Reads the database of installed packages that RPM keeps in an image. {@link
 * dev.varve.core.packages.rpm.RpmDatabaseLocation} finds it, {@link
 * dev.varve.core.packages.rpm.RpmDatabase} reads it: a SQLite table with one RPM header for each
 * package. Nothing in the file is trusted: every offset and count is checked against the bytes that
 * are there before anything is allocated for it.
 */
@NullMarked
package dev.varve.core.packages.rpm;

import org.jspecify.annotations.NullMarked;
