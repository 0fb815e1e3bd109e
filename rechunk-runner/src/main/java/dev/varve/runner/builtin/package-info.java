/**
 * The engine in Java. {@link dev.varve.runner.builtin.BuiltinEngine#rechunk} is the pipeline, from
 * a source's files to a committed image.
 */
@NullMarked
package dev.varve.runner.builtin;

import org.jspecify.annotations.NullMarked;
