/**
 * Tar: what a layer holds is read by {@link dev.varve.core.tar.TarReader} and written by {@link
 * dev.varve.core.tar.TarWriter}.
 *
 * <p>The reader knows what layers hold in practice: V7, ustar, GNU and PAX headers, extended
 * attributes and all kinds of sparse files. It is our own because Commons Compress decodes PAX
 * values as UTF-8, which destroys binary extended attributes (<code>security.capability</code>) and
 * names that are not UTF-8. Here names are {@link dev.varve.core.bytes.LosslessUtf8} and values are
 * bytes.
 *
 * <p>The writer gives the same bytes for the same entries, always: ustar headers, PAX records only
 * where ustar can't say it, whole seconds, numeric owners, no names of users.
 *
 * @see <a href="https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html">POSIX pax</a>
 * @see <a href="https://www.gnu.org/software/tar/manual/html_node/Tar-Internals.html">GNU tar
 *     internals</a>
 */
@NullMarked
package dev.varve.core.tar;

import org.jspecify.annotations.NullMarked;
