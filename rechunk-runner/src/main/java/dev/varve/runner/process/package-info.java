/**
 * Other programs, run step by step: their output told line by line, their time limited, and killed
 * with what they began when they are stopped. What sudo runs can't be killed from here: it ends by
 * itself, or with the container that it has begun. No shell is ever involved.
 */
@NullMarked
package dev.varve.runner.process;

import org.jspecify.annotations.NullMarked;
