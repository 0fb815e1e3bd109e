/**
 * Bytes as they come and go: names that need not be UTF-8, scratch directories, who is told how
 * many bytes are done. Nothing here knows what an image is.
 */
@NullMarked
package dev.varve.core.bytes;

import org.jspecify.annotations.NullMarked;
