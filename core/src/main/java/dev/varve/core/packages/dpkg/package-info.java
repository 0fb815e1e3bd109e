/**
 * Reads the database of installed packages that dpkg keeps in an image, straight from the image's
 * files: the stanzas of {@code status}, or those of {@code status.d} in images without dpkg; for
 * each package the list of its files and their MD5 digests; diversions; and the dates of Debian's
 * changelogs, because the database has no others. The files are not trusted: each is read line by
 * line, up to a size.
 *
 * @see <a href="https://manpages.debian.org/dpkg-query.1">dpkg-query(1)</a>
 */
@NullMarked
package dev.varve.core.packages.dpkg;

import org.jspecify.annotations.NullMarked;
