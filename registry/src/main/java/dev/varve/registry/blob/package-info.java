/**
 * Blobs of a repository: looked for, downloaded, mounted, uploaded.
 *
 * <p>A new layer goes to a registry in this order. The sink writes the layer to a file by {@link
 * dev.varve.registry.blob.Spools}, and adds a {@link dev.varve.registry.blob.BlobUpload} to its
 * {@link dev.varve.registry.blob.UploadQueue}. The upload, in a thread of the queue, looks for the
 * blob, begins an {@link dev.varve.registry.blob.UploadSession}, and sends what {@link
 * dev.varve.registry.blob.BlobContent} reads: {@code Endpoint} authorizes each request, {@code
 * Http} repeats and redirects it, and a transport of {@code http.wire} writes it to a connection.
 */
@NullMarked
package dev.varve.registry.blob;

import org.jspecify.annotations.NullMarked;
