/** GitHub Actions: steps, outputs, masks and the summary of a job. */
@NullMarked
package dev.varve.cli.github;

import org.jspecify.annotations.NullMarked;
