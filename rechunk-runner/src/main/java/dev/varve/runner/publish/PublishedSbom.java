package dev.varve.runner.publish;

import dev.varve.core.image.Descriptor;
import dev.varve.core.sbom.SbomFormat;

/**
 * A bill of materials that is attached to a published image.
 *
 * @param format its format
 * @param packages the number of packages in it
 * @param artifact the manifest that attaches it
 */
public record PublishedSbom(SbomFormat format, int packages, Descriptor artifact) {}
