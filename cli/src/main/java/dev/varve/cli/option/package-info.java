/** Groups of options that several commands have, and the values that are typed for them. */
@NullMarked
package dev.varve.cli.option;

import org.jspecify.annotations.NullMarked;
