package dev.varve.registry.fuzz;

import dev.varve.core.fuzz.FuzzContract;

/** The parsers of what registries say, and of what is known of them. */
class RegistryFuzzTest extends FuzzContract {}
