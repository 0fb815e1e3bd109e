/**
 * Software bills of materials: the packages of an image in the formats SPDX and CycloneDX. The same
 * image gives the same bytes: the packages are sorted, the date is the image's, and identifiers
 * derive from the image's digest. The only place that knows the libraries of both formats.
 */
@NullMarked
package dev.varve.core.sbom;

import org.jspecify.annotations.NullMarked;
