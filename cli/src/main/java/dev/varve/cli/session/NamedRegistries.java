package dev.varve.cli.session;

import dev.varve.registry.name.RepositoryName;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The repositories on a command line.
 *
 * @param destination the repository to write to, if any
 * @param sources the repositories to read
 */
public record NamedRegistries(Optional<RepositoryName> destination, List<RepositoryName> sources) {
  /** Returns the repositories of references to read. */
  public static NamedRegistries reading(Collection<Reference> sources) {
    return new NamedRegistries(
        Optional.empty(), sources.stream().flatMap(NamedRegistries::repository).toList());
  }

  /** Returns the repositories of references to read, and of one to write to. */
  public static NamedRegistries writing(Reference destination, Collection<Reference> sources) {
    return new NamedRegistries(repository(destination).findFirst(), reading(sources).sources());
  }

  private static Stream<RepositoryName> repository(Reference reference) {
    return reference.transport() == Reference.Transport.DOCKER
        ? Stream.of(reference.repository())
        : Stream.empty();
  }

  /**
   * The repositories for a login without a registry: the destination, or else all sources. Such a
   * login is valid only if all are in one registry, because no other may receive it.
   */
  public List<RepositoryName> meant() {
    return destination.isPresent() ? List.of(destination.get()) : sources;
  }

  /** The hosts of {@link #meant}. */
  public List<String> hosts() {
    return meant().stream().map(RepositoryName::host).distinct().toList();
  }
}
