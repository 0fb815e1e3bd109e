/** Parallel work with ordered results. */
@NullMarked
package dev.varve.core.parallel;

import org.jspecify.annotations.NullMarked;
