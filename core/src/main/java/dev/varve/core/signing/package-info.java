/**
 * Makes and verifies signatures in cosign's formats: the signed documents, their attachment to an
 * image, and keys in cosign's files. No HTTP. The only package that uses Bouncy Castle.
 *
 * <p>A signature signs an image's digest. podman, skopeo, bootc and rpm-ostree look for a {@link
 * dev.varve.core.signing.SignatureAttachment}; newer versions of cosign make a {@link
 * dev.varve.core.signing.SignatureBundle}.
 *
 * @see <a href="https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md">cosign:
 *     signature specification</a>
 */
@NullMarked
package dev.varve.core.signing;

import org.jspecify.annotations.NullMarked;
