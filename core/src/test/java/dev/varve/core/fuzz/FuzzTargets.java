package dev.varve.core.fuzz;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/**
 * The parsers of a package; a service, so that those of all modules on the class path are found.
 */
public interface FuzzTargets {
  /** Returns the parsers with their seeds. */
  List<FuzzTarget> targets() throws IOException;

  /** Returns the parsers of all packages on the class path. */
  static List<FuzzTarget> all() throws IOException {
    List<FuzzTarget> all = new ArrayList<>();
    for (FuzzTargets targets : ServiceLoader.load(FuzzTargets.class)) {
      all.addAll(targets.targets());
    }
    return all;
  }

  /** Returns the parser with a name. */
  static FuzzTarget named(String name) throws IOException {
    return all().stream()
        .filter(target -> target.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("there is no parser " + name));
  }
}
