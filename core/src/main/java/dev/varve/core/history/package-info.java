/**
 * What a series of images cost its users: each update, each layer over the images, each component.
 * {@link dev.varve.core.history.SeriesHistory#of} computes it from manifests and states; {@link
 * dev.varve.core.history.HistoryJson} writes it. Pure.
 */
@NullMarked
package dev.varve.core.history;

import org.jspecify.annotations.NullMarked;
