/**
 * Other programs, run step by step: their output told line by line, their time limited, and nothing
 * of them left running when they are stopped. No shell is ever involved.
 */
@NullMarked
package dev.varve.runner.process;

import org.jspecify.annotations.NullMarked;
