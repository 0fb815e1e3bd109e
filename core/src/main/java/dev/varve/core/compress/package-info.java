/**
 * Streaming gzip and zstd. Layers are {@linkplain dev.varve.core.compress.Compression compressed}
 * deterministically: the same content gives the same bytes on every machine. {@linkplain
 * dev.varve.core.compress.Decompression Decompression} detects the format by the first bytes and
 * ignores the media type.
 *
 * <p>Gzip is written by an encoder of our own, {@code DeflateEncoder}. The JDK's {@code Deflater}
 * is zlib or a substitute for it, bundled or the system's, and its bytes differ from build to
 * build. Faster libraries exist for some processors only, or compress only what is whole in memory;
 * a layer is too large for that, and must be one member. zstd-jni writes zstd, one thread a frame,
 * with checksums and windows of at most 8 MiB.
 */
@NullMarked
package dev.varve.core.compress;

import org.jspecify.annotations.NullMarked;
