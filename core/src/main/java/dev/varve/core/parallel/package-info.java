/** Work done side by side, up to the cores, with results in the order of the work. */
@NullMarked
package dev.varve.core.parallel;

import org.jspecify.annotations.NullMarked;
