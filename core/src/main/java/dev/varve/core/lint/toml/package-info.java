/** Documents in TOML. The only place that knows the library of this format. */
@NullMarked
package dev.varve.core.lint.toml;

import org.jspecify.annotations.NullMarked;
