/** Names of repositories, images and tags: pure. */
@NullMarked
package dev.varve.registry.name;

import org.jspecify.annotations.NullMarked;
