/**
 * Findings in SARIF, the format of GitHub's code scanning. The only place that knows the library of
 * this format, and Jackson, which writes its documents.
 */
@NullMarked
package dev.varve.core.lint.sarif;

import org.jspecify.annotations.NullMarked;
