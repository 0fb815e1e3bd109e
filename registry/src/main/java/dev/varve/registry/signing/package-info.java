/**
 * Signatures of images: made, stored and verified in the image's repository, and optionally added
 * to a transparency log.
 */
@NullMarked
package dev.varve.registry.signing;

import org.jspecify.annotations.NullMarked;
