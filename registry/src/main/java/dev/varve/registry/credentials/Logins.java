package dev.varve.registry.credentials;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Finds the login for a repository. */
public interface Logins {
  /** No logins: everything is asked for anonymously. */
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
   * The login to use, the first there is in the order of places; empty to ask anonymously.
   *
   * @param host with its port if it has one; {@code docker.io} for Docker Hub
   * @param repository the path, such as {@code owner/name}
   * @throws IOException if a file that is there can't be read, or a helper fails
   */
  Optional<Login> find(String host, String repository) throws IOException;

  /** Where it looks, in order, for messages. */
  List<String> places();
}
