/**
 * Checks a build: what in it differs from the last build without need, and what machines would
 * stumble over. {@link dev.varve.core.lint.Lint} runs the rules, one class each, and lists them.
 */
@NullMarked
package dev.varve.core.lint;

import org.jspecify.annotations.NullMarked;
