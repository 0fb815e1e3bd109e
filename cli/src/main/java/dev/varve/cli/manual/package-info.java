/** Man pages and shell completion, from the command line's model. */
@NullMarked
package dev.varve.cli.manual;

import org.jspecify.annotations.NullMarked;
