/**
 * Files that lie unpacked: a directory tree is read in place, with the names and extended
 * attributes that it really has, and podman's storage is read through such a tree, or through what
 * {@code podman save} writes where it can't be mounted. The only place that knows JNA, for the
 * system calls that Java lacks.
 */
@NullMarked
package dev.varve.core.rootfs;

import org.jspecify.annotations.NullMarked;
