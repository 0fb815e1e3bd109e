/**
 * Signatures where images are: made and verified in their repository, and, if that is wanted, told
 * to a transparency log.
 */
@NullMarked
package dev.varve.registry.signing;

import org.jspecify.annotations.NullMarked;
