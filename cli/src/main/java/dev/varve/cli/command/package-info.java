/**
 * The commands. Each class defines its options, makes one call to the libraries, and reports the
 * result.
 */
@NullMarked
package dev.varve.cli.command;

import org.jspecify.annotations.NullMarked;
