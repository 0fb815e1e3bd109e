/**
 * Makes and applies OCI deltas: artifacts from which a client that has one image rebuilds the
 * layers of another image, downloading only the bytes that changed inside the files.
 *
 * <p>{@link dev.varve.core.delta.DeltaCreation#write} makes a delta. For each layer that the old
 * image lacks, the delta has a {@linkplain dev.varve.core.tardiff tar-diff}: operations that build
 * the layer's uncompressed tar from regular files of the old image. {@code SourceIndex} chooses the
 * file of the old image for each file of the layer, and {@linkplain dev.varve.core.bindiff a binary
 * diff} of both becomes the operations.
 *
 * <p>{@link dev.varve.core.delta.RebuiltImage} applies a delta: a view of the new image whose
 * layers are rebuilt when they are opened. A rebuilt tar is verified by its diffID, and compressed
 * again to the bytes that were published, so digests and signatures stay valid. A layer that can't
 * be rebuilt is read from where the image was published.
 *
 * <p>The format is of <a href="https://github.com/containers/oci-delta">containers/oci-delta</a>;
 * {@link dev.varve.core.delta.Delta} is its manifest.
 */
@NullMarked
package dev.varve.core.delta;

import org.jspecify.annotations.NullMarked;
