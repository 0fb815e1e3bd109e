/** Names of repositories, images and tags. This package does no I/O. */
@NullMarked
package dev.varve.registry.name;

import org.jspecify.annotations.NullMarked;
