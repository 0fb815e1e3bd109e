/**
 * Copies images unchanged from one place to another: manifests keep their bytes and digests, and
 * artifacts that refer to them are copied too. Blobs are copied in parallel; the sink decides for
 * each whether to read, link or mount the blob, or to skip a blob that exists.
 */
@NullMarked
package dev.varve.core.copy;

import org.jspecify.annotations.NullMarked;
