package dev.varve.registry.credentials;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Finds the login for a repository. */
public interface Logins {
  /** No logins: all requests are anonymous. */
  Logins NONE =
      new Logins() {
        @Override
        public Optional<Login> find(String host, String repository) {
          return Optional.empty();
        }

        @Override
        public List<String> places() {
          return List.of();
        }
      };

  /**
   * Returns the first login in the order of places; empty for anonymous requests.
   *
   * @param host the host, with its port if it has one; {@code docker.io} for Docker Hub
   * @param repository the path of the repository, such as {@code owner/name}
   * @throws IOException if an existing file can't be read, or a helper fails
   */
  Optional<Login> find(String host, String repository) throws IOException;

  /** Returns the places that are searched, in order, for messages. */
  List<String> places();
}
