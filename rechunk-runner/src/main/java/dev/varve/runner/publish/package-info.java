/**
 * Publishing, the nightly job: finds the previous image, rechunks and pushes by digest, signs,
 * verifies, and moves the tags. The entry point is {@link dev.varve.runner.publish.Publisher}.
 */
@NullMarked
package dev.varve.runner.publish;

import org.jspecify.annotations.NullMarked;
