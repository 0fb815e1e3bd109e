package dev.varve.registry.credentials;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What an auth file keeps a login under, however it is written there: a host, or a host with the
 * beginning of a path.
 *
 * @param host lower case, with its port if it has one; {@code docker.io} for Docker Hub
 * @param path without slashes at its ends; empty for the whole host
 */
record AuthKey(String host, String path) {
  static final String DOCKER_HUB = "docker.io";

  /** What Docker calls Docker Hub in its own files. */
  static final String DOCKER_HUB_URL = "https://index.docker.io/v1/";

  private static final Set<String> DOCKER_HUB_HOSTS =
      Set.of(DOCKER_HUB, "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com");

  AuthKey {
    String lower = host.toLowerCase(Locale.ROOT);
    host = DOCKER_HUB_HOSTS.contains(lower) ? DOCKER_HUB : lower;
  }

  /** Reads a key: as podman writes it, or Docker, which has had URLs with the API's version. */
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

  /** The keys that serve this one, the most exact first: itself, then one step up at a time. */
  List<AuthKey> upward() {
    List<AuthKey> keys = new ArrayList<>();
    String left = path;
    while (!left.isEmpty()) {
      keys.add(new AuthKey(host, left));
      left = left.substring(0, Math.max(0, left.lastIndexOf('/')));
    }
    keys.add(new AuthKey(host, ""));
    return keys;
  }

  @Override
  public String toString() {
    return path.isEmpty() ? host : host + "/" + path;
  }
}
