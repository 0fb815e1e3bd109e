package dev.varve.runner;

import dev.varve.core.fuzz.FuzzContract;

/** The parsers of versions, and of what other programs leave and print. */
class RunnerFuzzTest extends FuzzContract {}
