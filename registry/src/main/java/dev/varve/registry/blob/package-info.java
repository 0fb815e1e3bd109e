/**
 * Looks for, downloads, mounts and uploads the blobs of a repository.
 *
 * <p>A new layer is uploaded in these steps. The sink writes the layer to a file by {@link
 * dev.varve.registry.blob.Spools}, and adds a {@link dev.varve.registry.blob.BlobUpload} to its
 * {@link dev.varve.registry.blob.UploadQueue}. The upload, in a thread of the queue, looks for the
 * blob, begins an {@link dev.varve.registry.blob.UploadSession}, and sends the bytes of a {@link
 * dev.varve.registry.blob.BlobContent}: {@code Endpoint} authorizes each request, {@code Http}
 * follows redirects and repeats failed requests, and a transport of {@code http.wire} writes the
 * request to a connection.
 */
@NullMarked
package dev.varve.registry.blob;

import org.jspecify.annotations.NullMarked;
