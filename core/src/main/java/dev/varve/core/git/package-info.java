/**
 * Reads the commits of an image with the git command, which is available where images are built,
 * and supports every kind of repository, including shallow and partial clones and worktrees; a
 * library with this support would be bigger than the rest of Varve.
 */
@NullMarked
package dev.varve.core.git;

import org.jspecify.annotations.NullMarked;
