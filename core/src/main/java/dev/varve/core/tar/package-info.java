/**
 * Reads and writes tar archives, the form of a layer: {@link dev.varve.core.tar.TarReader} and
 * {@link dev.varve.core.tar.TarWriter}.
 *
 * <p>The reader supports the formats that layers have in practice: V7, ustar, GNU and PAX headers,
 * extended attributes and all formats of sparse files. Varve has its own reader because Commons
 * Compress decodes PAX values as UTF-8, which destroys binary extended attributes (<code>
 * security.capability</code>) and names that are not UTF-8. Here names are {@link
 * dev.varve.core.bytes.LosslessUtf8} and values are bytes.
 *
 * <p>The writer is deterministic: ustar headers, PAX records only for values that don't fit in
 * ustar fields, whole seconds, numeric owners, no user names.
 *
 * @see <a href="https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html">POSIX pax</a>
 * @see <a href="https://www.gnu.org/software/tar/manual/html_node/Tar-Internals.html">GNU tar
 *     internals</a>
 */
@NullMarked
package dev.varve.core.tar;

import org.jspecify.annotations.NullMarked;
