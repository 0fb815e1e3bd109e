package dev.varve.registry.credentials;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The key of a login in an auth file, independent of its spelling: a host, or a host with the
 * beginning of a path.
 *
 * @param host the host in lower case, with its port if it has one; {@code docker.io} for Docker Hub
 * @param path the path without slashes at its ends; empty for the whole host
 */
record AuthKey(String host, String path) {
  static final String DOCKER_HUB = "docker.io";

  /** Docker Hub's name in Docker's own files. */
  static final String DOCKER_HUB_URL = "https://index.docker.io/v1/";

  private static final Set<String> DOCKER_HUB_HOSTS =
      Set.of(DOCKER_HUB, "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com");

  AuthKey {
    String lower = host.toLowerCase(Locale.ROOT);
    host = DOCKER_HUB_HOSTS.contains(lower) ? DOCKER_HUB : lower;
  }

  /**
   * Parses a key as podman writes it, or as Docker does, which also writes URLs with the API
   * version.
   */
  static AuthKey parse(String written) {
    String rest = written.replaceFirst("^https?://", "");
    boolean url = rest.length() < written.length();
    int slash = rest.indexOf('/');
    if (slash < 0) {
      return new AuthKey(rest, "");
    }
    String path = url ? "" : rest.substring(slash + 1).replaceFirst("/+$", "");
    return new AuthKey(rest.substring(0, slash), path);
  }

  /**
   * Returns the keys whose login is valid for this key, the most specific first: itself, then each
   * parent.
   */
  List<AuthKey> withParents() {
    List<AuthKey> keys = new ArrayList<>();
    String rest = path;
    while (!rest.isEmpty()) {
      keys.add(new AuthKey(host, rest));
      rest = rest.substring(0, Math.max(0, rest.lastIndexOf('/')));
    }
    keys.add(new AuthKey(host, ""));
    return keys;
  }

  @Override
  public String toString() {
    return path.isEmpty() ? host : host + "/" + path;
  }
}
