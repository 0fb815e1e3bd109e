/** What a command opens and closes: places by their references, registries, scratch directories. */
@NullMarked
package dev.varve.cli.session;

import org.jspecify.annotations.NullMarked;
