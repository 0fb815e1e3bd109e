/**
 * Opens and closes the resources of a command: progress, registries, a scratch directory, engines,
 * and places by their references. {@link dev.varve.cli.session.SessionSettings} say how.
 */
@NullMarked
package dev.varve.cli.session;

import org.jspecify.annotations.NullMarked;
