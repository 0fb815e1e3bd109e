/**
 * What an update from one image to another costs, and why: {@link
 * dev.varve.core.delta.UpdateCost#between}. Works on images of any maker, since what is not known
 * of them has been rebuilt before.
 */
@NullMarked
package dev.varve.core.delta;

import org.jspecify.annotations.NullMarked;
