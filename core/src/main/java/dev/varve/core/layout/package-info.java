/**
 * Images in files: reads and writes OCI layouts, as directories or tar archives, and the default
 * format of {@code podman save} and {@code docker save}.
 *
 * <p>A source reads blobs in place; in an archive, through an index of its entries. A sink writes
 * to a hidden staging directory beside the target, and publishes atomically. A lock distinguishes a
 * staging directory in use from that of a killed run, which the next run removes.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md">OCI image
 *     layout</a>
 */
@NullMarked
package dev.varve.core.layout;

import org.jspecify.annotations.NullMarked;
