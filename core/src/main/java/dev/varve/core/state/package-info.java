/**
 * The state of an image: its components, and the {@link dev.varve.core.plan.PlanState} with their
 * layout and the history of their changes. The state is read from the artifact attached to the
 * image, or rebuilt from the image itself.
 */
@NullMarked
package dev.varve.core.state;

import org.jspecify.annotations.NullMarked;
