package dev.varve.runner.container;

import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The versions that are taken where one is. The tool looks for a number for a version that another
 * image has, {@code .1} to {@code .9}, among the tags that it is told of: to those that gave their
 * place to a number, and to the numbers below it, nothing else may lead any more.
 */
final class TakenVersions {
  private static final Pattern NUMBERED = Pattern.compile("(.+)\\.([1-9])", Pattern.DOTALL);

  private TakenVersions() {}

  /**
   * Returns the version; of {@code base.N} also {@code base}, and {@code base.1} to {@code base.N}.
   */
  static Set<String> upTo(String version) {
    Set<String> taken = new HashSet<>(Set.of(version));
    Matcher numbered = NUMBERED.matcher(version);
    if (numbered.matches()) {
      taken.add(numbered.group(1));
      for (int i = 1; i < Integer.parseInt(numbered.group(2)); i++) {
        taken.add(numbered.group(1) + "." + i);
      }
    }
    return taken;
  }
}
