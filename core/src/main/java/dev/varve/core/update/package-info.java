/**
 * Computes the download of an update from one image to another, and its reasons: {@link
 * dev.varve.core.update.UpdateCost#between}. Works with images of any origin, because a missing
 * state is rebuilt first.
 */
@NullMarked
package dev.varve.core.update;

import org.jspecify.annotations.NullMarked;
