package dev.varve.cli.terminal;

import java.util.concurrent.Callable;

/** A command that can say what it does, for the errors that don't say it themselves. */
public interface Activity extends Callable<Integer> {
  /** The activity as a gerund, such as {@code inspecting oci:image}. */
  String activity();
}
