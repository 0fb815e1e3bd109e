/** Help, man pages and shell completion, from the model of the command line. */
@NullMarked
package dev.varve.cli.manual;

import org.jspecify.annotations.NullMarked;
