/**
 * Which package owns a path, what the package shipped there, and when it last changed. The model is
 * the same for every package manager; a subpackage for each reads its database into it.
 */
@NullMarked
package dev.varve.core.packages;

import org.jspecify.annotations.NullMarked;
