package dev.varve.runner.container;

import dev.varve.core.bytes.Owner;
import java.io.IOException;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The contents of podman that a run could leave. Tests compare the contents before and after,
 * because podman may have others.
 *
 * @param containers the names of the containers
 * @param volumes the names of the volumes
 * @param mounts the mount points of overlays
 * @param copies the images that have a name as runs give to copies
 */
public record PodmanContents(
    Set<String> containers, Set<String> volumes, Set<String> mounts, Set<String> copies) {
  private static final String LOCAL = "localhost/";

  /** Returns the current contents. */
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
