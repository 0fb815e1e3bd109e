package dev.varve.runner.container;

import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Derives the versions in use from one version. For a version that is in use the tool looks for an
 * unused number, {@code .1} to {@code .9}, among the tags it knows. A version with a number
 * therefore implies that the plain version and all lower numbers are in use, even if no tag points
 * to them any more.
 */
final class TakenVersions {
  private static final Pattern NUMBERED = Pattern.compile("(.+)\\.([1-9])", Pattern.DOTALL);

  private TakenVersions() {}

  /**
   * Returns the version; for {@code base.N} also {@code base}, and {@code base.1} to {@code
   * base.N}.
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
