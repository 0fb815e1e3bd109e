/**
 * The commits that an image is built from, read by the git command: it is there where images are
 * built, and knows every kind of repository, shallow and partial clones and worktrees included; a
 * library that does would be bigger than the rest of Varve.
 */
@NullMarked
package dev.varve.core.git;

import org.jspecify.annotations.NullMarked;
