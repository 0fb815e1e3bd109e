/**
 * Images in registries: tags, manifests, blobs, uploads, mounts and referrers, as the OCI
 * distribution specification has them.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/main/spec.md">OCI
 *     distribution specification</a>
 */
@NullMarked
package dev.varve.registry;

import org.jspecify.annotations.NullMarked;
