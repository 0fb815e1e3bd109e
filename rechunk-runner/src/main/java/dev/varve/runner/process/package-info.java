/**
 * Other programs, run step by step: their lines are reported, their time is limited, and they are
 * killed with the processes below them. A program that sudo runs can't be killed from here: it ends
 * by itself, or with the container that it has started. No shell is used.
 */
@NullMarked
package dev.varve.runner.process;

import org.jspecify.annotations.NullMarked;
