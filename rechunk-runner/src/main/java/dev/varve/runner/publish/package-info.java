/**
 * Publishing, the nightly job: find the previous image, rechunk and push by digest, sign, verify,
 * move the tags. {@link dev.varve.runner.publish.Publisher} is the way in.
 */
@NullMarked
package dev.varve.runner.publish;

import org.jspecify.annotations.NullMarked;
