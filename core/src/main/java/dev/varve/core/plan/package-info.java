/**
 * Plans layers: files → components → layers. Pure: no I/O and no clock; results depend only on the
 * arguments.
 *
 * <p><b>Components.</b> Every path that is not a directory belongs to one component, by the rules
 * of {@link dev.varve.core.plan.Components}. Files that change together should be in one component,
 * and a component should have the same name in every build.
 *
 * <p><b>Volatility.</b> A component's changes are a set of days of the past year, from its
 * changelog and from the published images in the state; of the past three years in images of other
 * package managers than RPM, for stable releases of Debian change little. A component without a
 * changelog has an independent probability, estimated from its published changes ({@link
 * dev.varve.core.plan.Volatility}). The union of the sets and the product of the independent parts
 * give a layer's probability to change in an update: packages of one source, which change on the
 * same days, cost nothing extra when they share a layer. Of packages without a changelog, those of
 * one source are taken together from the start.
 *
 * <p><b>Layers.</b> A layer's cost is its expected download in an update: its bytes, plus an
 * overhead for the request, times its probability to change. Every component starts as a separate
 * layer; the pair whose merging raises the total cost least is merged, until the number of layers
 * is within the limit ({@link dev.varve.core.plan.Merging}).
 *
 * <p><b>Memory.</b> With the previous image's state, a layer whose components are all unchanged
 * starts as one piece. Merging it costs its download once, which is compared to the savings over
 * the next {@value dev.varve.core.plan.Merging#HORIZON} updates; therefore such layers usually stay
 * unchanged. The components of changed layers must be downloaded anyway, and are planned again
 * together with new components ({@link dev.varve.core.plan.Planner}).
 */
@NullMarked
package dev.varve.core.plan;

import org.jspecify.annotations.NullMarked;
