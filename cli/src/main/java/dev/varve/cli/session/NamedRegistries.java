package dev.varve.cli.session;

import dev.varve.registry.name.RepositoryName;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a command line names in registries.
 *
 * @param destination the repository that is written to, if one is
 * @param sources the repositories that are read
 */
public record NamedRegistries(Optional<RepositoryName> destination, List<RepositoryName> sources) {
  /** Those of references that are read. */
  public static NamedRegistries reading(Collection<Reference> sources) {
    return new NamedRegistries(
        Optional.empty(), sources.stream().flatMap(NamedRegistries::repository).toList());
  }

  /** Those of references that are read, and of one that is written to. */
  public static NamedRegistries writing(Reference destination, Collection<Reference> sources) {
    return new NamedRegistries(repository(destination).findFirst(), reading(sources).sources());
  }

  private static Stream<RepositoryName> repository(Reference reference) {
    return reference.transport() == Reference.Transport.DOCKER
        ? Stream.of(reference.repository())
        : Stream.empty();
  }

  /**
   * The repositories that a login is for which doesn't say: the one that is written to, or else all
   * that are read. It is for one registry only, since no other may see it.
   */
  public List<RepositoryName> meant() {
    return destination.isPresent() ? List.of(destination.get()) : sources;
  }

  /** The hosts of those repositories. */
  public List<String> hosts() {
    return meant().stream().map(RepositoryName::host).distinct().toList();
  }
}
