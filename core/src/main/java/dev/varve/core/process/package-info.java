/**
 * Other programs, run to their end: their lines are reported, their time is limited, and they are
 * killed with the processes below them. A {@link dev.varve.core.process.Program} answers at once; a
 * {@link dev.varve.core.process.Step} may take long. A program that sudo runs can't be killed from
 * here: it ends by itself, or with the container that it has started. No shell is used.
 */
@NullMarked
package dev.varve.core.process;

import org.jspecify.annotations.NullMarked;
