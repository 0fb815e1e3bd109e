/**
 * The packages installed in an image: which package owns a path, what the package shipped at the
 * path, and when the package changed. The model is independent of the package manager; one
 * subpackage for each package manager implements {@link dev.varve.core.packages.PackageDatabase}.
 */
@NullMarked
package dev.varve.core.packages;

import org.jspecify.annotations.NullMarked;
