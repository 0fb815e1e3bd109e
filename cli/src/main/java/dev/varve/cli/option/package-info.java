/** Groups of options that several commands share, and the types of their values. */
@NullMarked
package dev.varve.cli.option;

import org.jspecify.annotations.NullMarked;
