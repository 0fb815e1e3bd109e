/** Work done side by side, with results in the order of the work. */
@NullMarked
package dev.varve.core.parallel;

import org.jspecify.annotations.NullMarked;
