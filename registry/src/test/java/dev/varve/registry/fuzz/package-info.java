/** Fuzzing of what registries answer. */
@NullMarked
package dev.varve.registry.fuzz;

import org.jspecify.annotations.NullMarked;
