/**
 * Reads the database of installed packages that pacman keeps in an image: a directory for each
 * package, with its description, the list of its files, and their attributes. {@link
 * dev.varve.core.packages.pacman.PacmanPackages} finds and reads it. The files are not trusted:
 * their sizes, lines and numbers are limited.
 */
@NullMarked
package dev.varve.core.packages.pacman;

import org.jspecify.annotations.NullMarked;
