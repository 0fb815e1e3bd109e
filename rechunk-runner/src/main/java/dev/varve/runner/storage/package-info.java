/**
 * A BTRFS in a file, mounted for podman to work in: it has room of its own, shares what is copied,
 * and is removed as a whole.
 */
@NullMarked
package dev.varve.runner.storage;

import org.jspecify.annotations.NullMarked;
