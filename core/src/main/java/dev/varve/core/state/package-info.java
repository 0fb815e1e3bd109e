/**
 * What Varve knows of an image: its components, and the {@link dev.varve.core.plan.PlanState} that
 * says how they were laid out and how they changed so far; read from the artifact attached to the
 * image, or rebuilt from the image itself where there is none.
 */
@NullMarked
package dev.varve.core.state;

import org.jspecify.annotations.NullMarked;
