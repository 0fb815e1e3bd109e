/**
 * Bytes and files: names that need not be UTF-8, scratch directories, locks, numbers with their
 * nouns, progress, remedies. Nothing here knows what an image is.
 */
@NullMarked
package dev.varve.core.bytes;

import org.jspecify.annotations.NullMarked;
