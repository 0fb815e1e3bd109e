package dev.varve.cli.terminal;

import java.util.concurrent.Callable;

/** A command that describes its activity, for exceptions whose messages don't. */
public interface Activity extends Callable<Integer> {
  /** The activity as a gerund, such as {@code inspecting oci:image}. */
  String activity();
}
