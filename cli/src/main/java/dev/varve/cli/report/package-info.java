/** Reports on images, updates and indexes, for people and as JSON. */
@NullMarked
package dev.varve.cli.report;

import org.jspecify.annotations.NullMarked;
