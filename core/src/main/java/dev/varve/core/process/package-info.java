/** Other programs, run to their end: what they print, and why they fail. */
@NullMarked
package dev.varve.core.process;

import org.jspecify.annotations.NullMarked;
