/**
 * gzip and zstd, streamed: layers are {@linkplain dev.varve.core.compress.Compression compressed}
 * so that the same content gives the same bytes anywhere, and {@linkplain
 * dev.varve.core.compress.Decompression decompressed} whatever they are compressed with, which the
 * first bytes tell and not the media type.
 *
 * <p>gzip is written by JZlib, not by the JDK, whose zlib differs from build to build. zstd is
 * libzstd through zstd-jni, one thread a frame, with checksums and windows of at most 8 MiB.
 */
@NullMarked
package dev.varve.core.compress;

import org.jspecify.annotations.NullMarked;
