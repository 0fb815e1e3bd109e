/**
 * Images in files: OCI layouts, as a directory or as a tar archive, are read and written, what
 * {@code podman save} and {@code docker save} write by default is read.
 *
 * <p>A source reads blobs where they lie: an archive is a directory seen through an index of its
 * entries. A sink writes into a hidden staging directory beside the target, so that an image
 * appears whole or not at all; a lock tells a staging directory that is in use from one that a
 * killed run left behind, which the next run removes.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md">OCI image
 *     layout</a>
 */
@NullMarked
package dev.varve.core.layout;

import org.jspecify.annotations.NullMarked;
