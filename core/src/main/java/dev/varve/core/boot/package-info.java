/**
 * Kernels as firmware boots them: unified kernel images, and the composefs digests that seal an
 * image with them.
 */
@NullMarked
package dev.varve.core.boot;

import org.jspecify.annotations.NullMarked;
