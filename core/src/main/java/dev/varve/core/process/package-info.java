/**
 * Runs other programs, reports their lines, limits their time, and kills them with their
 * descendants. A {@link dev.varve.core.process.Program} ends quickly; a {@link
 * dev.varve.core.process.Step} may take long. A program that sudo runs can't be killed: it ends by
 * itself, or with the container that it has started. No shell is used.
 */
@NullMarked
package dev.varve.core.process;

import org.jspecify.annotations.NullMarked;
