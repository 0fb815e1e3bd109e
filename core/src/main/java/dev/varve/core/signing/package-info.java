/**
 * Signatures in cosign's formats, made and verified with a key: what is signed, how that is
 * attached to an image, and keys as cosign keeps them. No HTTP. The only place that knows Bouncy
 * Castle.
 *
 * <p>An image is signed by its digest. {@link dev.varve.core.signing.SignatureAttachment} is what
 * podman, skopeo, bootc and rpm-ostree look for; {@link dev.varve.core.signing.SignatureBundle} is
 * what newer cosigns make.
 *
 * @see <a href="https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md">cosign:
 *     signature specification</a>
 */
@NullMarked
package dev.varve.core.signing;

import org.jspecify.annotations.NullMarked;
