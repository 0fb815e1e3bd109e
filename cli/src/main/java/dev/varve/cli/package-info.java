/**
 * The {@code varve} command: one class for each subcommand. The only place that picks engines,
 * wires credentials, reads the environment, or prints.
 */
@NullMarked
package dev.varve.cli;

import org.jspecify.annotations.NullMarked;
