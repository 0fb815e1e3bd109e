/**
 * The engine that runs the hhd-dev/rechunk container, through podman as root.
 *
 * <p>{@link dev.varve.runner.container.ContainerEngine#rechunk} is the whole job: the tool's three
 * scripts are run on a mounted container of the source, on an OSTree repository in a volume, and on
 * a workspace with the result. Varve adds checks that the scripts lack: that the previous image is
 * the requested one, that the version is new, and that clients can load the result.
 */
@NullMarked
package dev.varve.runner.container;

import org.jspecify.annotations.NullMarked;
