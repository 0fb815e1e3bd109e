/**
 * Unified kernel images, which firmware boots, and the composefs digests in them that seal an
 * image.
 */
@NullMarked
package dev.varve.core.boot;

import org.jspecify.annotations.NullMarked;
