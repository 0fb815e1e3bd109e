/** The results of commands: a {@link dev.varve.cli.report.Report} has lines, and JSON. */
@NullMarked
package dev.varve.cli.report;

import org.jspecify.annotations.NullMarked;
