/** The {@code varve} command: {@link dev.varve.cli.Main} knows the commands by their names. */
@NullMarked
package dev.varve.cli;

import org.jspecify.annotations.NullMarked;
