/**
 * Bytes as they come: names that need not be UTF-8, and streams that count or hash what passes
 * through them. Nothing here knows what an image is.
 */
@NullMarked
package dev.varve.core.bytes;

import org.jspecify.annotations.NullMarked;
