package dev.varve.core.fuzz;

/** The parsers of core. */
class CoreFuzzTest extends FuzzContract {}
