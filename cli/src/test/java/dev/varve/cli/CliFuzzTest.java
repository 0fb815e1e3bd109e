package dev.varve.cli;

import dev.varve.core.fuzz.FuzzContract;

/** The parsers of arguments, and of files that commands change. */
class CliFuzzTest extends FuzzContract {}
