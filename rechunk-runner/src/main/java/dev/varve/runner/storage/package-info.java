/**
 * A BTRFS in a file, in which podman may work: a file system of limited size, in which copies share
 * their blocks, and which is removed completely.
 */
@NullMarked
package dev.varve.runner.storage;

import org.jspecify.annotations.NullMarked;
