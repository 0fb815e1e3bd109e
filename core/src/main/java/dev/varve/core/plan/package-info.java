/**
 * Files → components → layers. Pure: no I/O, no clock; what is not in the arguments has no
 * influence.
 *
 * <p><b>Components.</b> Every path that is no directory belongs to one component; {@link
 * dev.varve.core.plan.Components} says whose claim comes first. What changes together should be in
 * one component, and a component should have the same name in every build.
 *
 * <p><b>Volatility.</b> A component's changes are a set of days of the past year, from its
 * changelog, and from the images that were really published as far as the state knows them. What
 * has neither has an independent probability, learned from how often it changed so far ({@link
 * dev.varve.core.plan.Volatility}). The union of the sets and the product of the independent parts
 * give a layer's probability to change in an update: packages of one source, which change on the
 * same days, cost nothing extra when they share a layer.
 *
 * <p><b>Layers.</b> A layer's cost is what updates download because of it: its bytes, plus a little
 * for the request, times its probability to change. Every component starts as a layer of its own;
 * the pair whose merging raises the total least is merged, until no more layers are left than
 * allowed ({@link dev.varve.core.plan.Merging}).
 *
 * <p><b>Memory.</b> With the previous image's state, a layer none of whose components changed
 * starts as one piece. Merging it with anything else costs its download, once, against what the
 * merging saves over the next {@value dev.varve.core.plan.Merging#HORIZON} updates; so it is left
 * alone unless there is no better place. The components of layers that did change must be
 * downloaded anyway, and are planned afresh together with new ones ({@link
 * dev.varve.core.plan.Planner}).
 */
@NullMarked
package dev.varve.core.plan;

import org.jspecify.annotations.NullMarked;
