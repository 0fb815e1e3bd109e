/**
 * Unpacked files: reads a directory tree in place, with exact names and extended attributes, and
 * podman's storage through a mounted tree, or through {@code podman save} if it can't be mounted.
 * The only package that uses JNA, for system calls that Java lacks.
 */
@NullMarked
package dev.varve.core.rootfs;

import org.jspecify.annotations.NullMarked;
