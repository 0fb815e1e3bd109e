/**
 * The engine that has the hhd-dev/rechunk container do the work, through podman as root.
 *
 * <p>{@link dev.varve.runner.container.ContainerEngine#rechunk} tells the whole of it: the tool's
 * three scripts are run on a mounted container of the source, on an OSTree repository in a volume,
 * and on a workspace that the result comes out of. Varve checks what the scripts don't: that the
 * previous image is the one that was asked for, that the version is a new one, and that the result
 * is an image that clients can load.
 */
@NullMarked
package dev.varve.runner.container;

import org.jspecify.annotations.NullMarked;
