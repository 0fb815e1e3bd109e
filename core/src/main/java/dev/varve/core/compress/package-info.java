/**
 * Streaming gzip and zstd. Layers are {@linkplain dev.varve.core.compress.Compression compressed}
 * deterministically: the same content gives the same bytes on every machine. {@linkplain
 * dev.varve.core.compress.Decompression Decompression} detects the format by the first bytes and
 * ignores the media type.
 *
 * <p>JZlib writes gzip, because the JDK's zlib differs from build to build. zstd-jni writes zstd,
 * one thread a frame, with checksums and windows of at most 8 MiB.
 */
@NullMarked
package dev.varve.core.compress;

import org.jspecify.annotations.NullMarked;
