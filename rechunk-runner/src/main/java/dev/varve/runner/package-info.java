/**
 * The engines that rechunk an image, with one request and one result for all engines. Varve's own
 * engine is in {@code builtin}; {@code container} runs the hhd-dev/rechunk container.
 */
@NullMarked
package dev.varve.runner;

import org.jspecify.annotations.NullMarked;
