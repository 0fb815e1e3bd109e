/**
 * The engines that rechunk an image: one request, one result, whichever engine does the work. The
 * engine of our own is in {@code builtin}; the hhd-dev/rechunk container is driven by {@code
 * container}.
 */
@NullMarked
package dev.varve.runner;

import org.jspecify.annotations.NullMarked;
