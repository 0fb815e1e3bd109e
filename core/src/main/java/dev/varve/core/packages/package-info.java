/**
 * The packages installed in an image: which package owns a path, what the package shipped at the
 * path, and when the package last changed. The model is independent of the package manager; one
 * subpackage for each package manager reads its database.
 */
@NullMarked
package dev.varve.core.packages;

import org.jspecify.annotations.NullMarked;
