/**
 * Reads the database of installed packages that apk keeps in an image: one text file. {@link
 * dev.varve.core.packages.apk.ApkPackages} finds and reads it. The file is not trusted: its lines
 * and numbers are limited.
 */
@NullMarked
package dev.varve.core.packages.apk;

import org.jspecify.annotations.NullMarked;
