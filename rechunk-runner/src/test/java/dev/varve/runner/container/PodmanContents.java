package dev.varve.runner.container;

import dev.varve.core.bytes.Owner;
import java.io.IOException;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What podman has that a run could have left, for a test to compare with what was there before: a
 * machine may have some of its own.
 *
 * @param containers their names
 * @param volumes their names
 * @param mounts where images' trees are mounted
 * @param copies the images that are named as a run names its copies
 */
public record PodmanContents(
    Set<String> containers, Set<String> volumes, Set<String> mounts, Set<String> copies) {
  private static final String LOCAL = "localhost/";

  /** What it has now. */
  public static PodmanContents now() throws IOException, InterruptedException {
    return new PodmanContents(
        lines(name -> true, "podman", "ps", "--all", "--format", "{{.Names}}"),
        lines(name -> true, "podman", "volume", "ls", "--format", "{{.Name}}"),
        lines(place -> place.endsWith("/merged"), "findmnt", "--list", "-n", "-o", "TARGET"),
        lines(PodmanContents::isCopy, "podman", "images", "--format", "{{.Repository}}:{{.Tag}}"));
  }

  private static boolean isCopy(String image) {
    return image.startsWith(LOCAL)
        && Owner.of(image.substring(LOCAL.length()).replaceAll(":.*", "")).isPresent();
  }

  private static Set<String> lines(Predicate<String> chosen, String... command)
      throws IOException, InterruptedException {
    return StandIn.run(command).lines().filter(chosen).collect(Collectors.toUnmodifiableSet());
  }
}
