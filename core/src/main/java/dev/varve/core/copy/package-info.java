/**
 * Images copied from one place to another as they are: manifests keep their bytes, and so their
 * digests, and what has them as its subject comes along. Blobs go side by side; whether one is
 * read, linked, mounted or there already is for the sink to decide.
 */
@NullMarked
package dev.varve.core.copy;

import org.jspecify.annotations.NullMarked;
