/**
 * Fuzzing: each package with parsers names them in {@link dev.varve.core.fuzz.FuzzTargets}, with
 * inputs that they accept and what must hold of what they read. {@link
 * dev.varve.core.fuzz.FuzzContract} is the test of each module, which changes these inputs and
 * those of the corpus, {@code src/test/fixtures/fuzz}. {@code .ci/fuzz} searches for further ones
 * by Jazzer, and adds them to the corpus.
 *
 * @see <a href="https://github.com/CodeIntelligenceTesting/jazzer">Jazzer</a>
 */
@NullMarked
package dev.varve.core.fuzz;

import org.jspecify.annotations.NullMarked;
