/**
 * Reads and writes tar-diffs: {@link dev.varve.core.tardiff.TarDiffReader} and {@link
 * dev.varve.core.tardiff.TarDiffWriter}.
 *
 * <p>A tar-diff makes a tar from the files of an older image. It is a sequence of operations, each
 * of which emits the next bytes of the tar: bytes of the tar-diff itself, bytes of a source file,
 * or bytes of both, added or as a zstd patch. The tar's headers are data; only contents of regular
 * files come from sources. The format knows nothing of images: whoever applies a tar-diff opens the
 * source files by their paths ({@link dev.varve.core.tardiff.SourceFiles}) and verifies the result.
 *
 * <p>A tar-diff may come from anybody. The reader refuses operations that no source satisfies and
 * results that are larger than expected, and it allocates memory only for bytes that are there.
 *
 * @see <a href="https://github.com/containers/tar-diff/blob/main/file-format.md">The format</a>
 */
@NullMarked
package dev.varve.core.tardiff;

import org.jspecify.annotations.NullMarked;
