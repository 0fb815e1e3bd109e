/**
 * A client of the OCI distribution specification: tags, manifests, blobs, uploads, mounts and
 * referrers.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/main/spec.md">OCI
 *     distribution specification</a>
 */
@NullMarked
package dev.varve.registry;

import org.jspecify.annotations.NullMarked;
