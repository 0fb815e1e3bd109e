/** The console: lines, progress, tables, and failures as messages and exit codes. */
@NullMarked
package dev.varve.cli.terminal;

import org.jspecify.annotations.NullMarked;
