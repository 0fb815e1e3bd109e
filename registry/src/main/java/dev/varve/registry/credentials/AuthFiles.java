package dev.varve.registry.credentials;

import dev.varve.core.bytes.Lookup;
import dev.varve.core.bytes.RemediableException;
import dev.varve.core.bytes.Remedy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Finds logins where podman and Docker store them, in this order:
 *
 * <ol>
 *   <li>the given logins;
 *   <li>entries of the auth files: of the given one and no other, or else of {@code
 *       REGISTRY_AUTH_FILE}, {@code $XDG_RUNTIME_DIR/containers/auth.json} (without that variable
 *       {@code /run/containers/UID/auth.json}), {@code $XDG_CONFIG_HOME/containers/auth.json}
 *       ({@code ~/.config}) and {@code $DOCKER_CONFIG/config.json} ({@code ~/.docker});
 *   <li>the credential helpers that these files name, for the host or for all.
 * </ol>
 *
 * <p>In a file, the most specific key for a repository wins. Each file is read once; helpers are
 * run each time, since their logins expire.
 *
 * @see <a href="https://github.com/containers/image/blob/main/docs/containers-auth.json.5.md">
 *     containers-auth.json(5)</a>
 */
public final class AuthFiles implements Logins {
  private static final String AUTH_JSON = "containers/auth.json";
  private static final String RUNTIME_DIRECTORY = "XDG_RUNTIME_DIR";

  private final Map<String, String> environment;
  private final Path home;
  private final Optional<Path> authFile;
  private final Map<AuthKey, Login> given;
  private final Map<Path, AuthDocument> read = new LinkedHashMap<>();

  /**
   * Creates the search; reads nothing yet.
   *
   * @param environment the variables named above, and the environment of credential helpers
   * @param home the user's home directory
   * @param authFile the only file to search
   * @param given logins by {@code HOST[:PORT]} or {@code HOST[:PORT]/PATH}, each valid for that
   *     host or path and what is below it
   */
  public AuthFiles(
      Map<String, String> environment,
      Path home,
      Optional<Path> authFile,
      Map<String, Login> given) {
    this.environment = Map.copyOf(environment);
    this.home = home;
    this.authFile = authFile;
    this.given =
        given.entrySet().stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    entry -> AuthKey.parse(entry.getKey()), Map.Entry::getValue));
  }

  @Override
  public Optional<Login> find(String host, String repository) throws IOException {
    AuthKey key = new AuthKey(host, repository);
    for (AuthKey parent : key.withParents()) {
      Login login = given.get(parent);
      if (login != null) {
        return Optional.of(login);
      }
    }
    for (Path file : files()) {
      Optional<Login> login = document(file).find(key);
      if (login.isPresent()) {
        return login;
      }
    }
    for (Path file : files()) {
      Optional<AuthDocument.HelperName> helper = document(file).helper(key.host());
      Optional<Login> login =
          helper.isEmpty()
              ? Optional.empty()
              : new CredentialProgram(helper.get(), file, environment).get();
      if (login.isPresent()) {
        return login;
      }
    }
    return Optional.empty();
  }

  @Override
  public List<String> places() {
    return files().stream().map(Path::toString).toList();
  }

  /**
   * Returns the file to store logins in.
   *
   * @throws IOException if the directory for such files does not exist
   */
  public AuthFile writable() throws IOException {
    Path runtime = Path.of(variable(RUNTIME_DIRECTORY, "/"));
    if (chosen().isEmpty() && !Lookup.isDirectory(runtime)) {
      throw new RemediableException(
          "choosing an auth file: there is no directory "
              + runtime
              + ", which "
              + RUNTIME_DIRECTORY
              + " names; create it, or unset the variable",
          Remedy.OTHER_AUTH_FILE);
    }
    return new AuthFile(files().get(0), environment);
  }

  /** Returns the file that the user chose, by the option or the variable. */
  private Optional<Path> chosen() {
    String variable = variable("REGISTRY_AUTH_FILE", "");
    return authFile.isPresent() || variable.isEmpty() ? authFile : Optional.of(Path.of(variable));
  }

  private List<Path> files() {
    if (authFile.isPresent()) {
      return List.of(authFile.get());
    }
    Set<Path> files = new LinkedHashSet<>();
    chosen().ifPresent(files::add);
    String runtime = variable(RUNTIME_DIRECTORY, "");
    files.add(
        runtime.isEmpty()
            ? Path.of("/run/containers", userId(), "auth.json")
            : Path.of(runtime).resolve(AUTH_JSON));
    files.add(directory("XDG_CONFIG_HOME", ".config").resolve(AUTH_JSON));
    files.add(directory("DOCKER_CONFIG", ".docker").resolve("config.json"));
    return List.copyOf(files);
  }

  private Path directory(String variable, String inHome) {
    String set = variable(variable, "");
    return set.isEmpty() ? home.resolve(inHome) : Path.of(set);
  }

  private String variable(String name, String absent) {
    String value = environment.getOrDefault(name, "");
    return value.isEmpty() ? absent : value;
  }

  private String userId() {
    for (Path owned : List.of(Path.of("/proc/self"), home)) {
      try {
        return Files.getAttribute(owned, "unix:uid").toString();
      } catch (IOException | UnsupportedOperationException e) {
        // This system does not have it; the next may exist.
      }
    }
    return "0";
  }

  private synchronized AuthDocument document(Path file) throws IOException {
    AuthDocument cached = read.get(file);
    if (cached != null) {
      return cached;
    }
    if (authFile.isPresent() && !Lookup.exists(file)) {
      throw new IOException("reading the auth file " + file + ": there is no such file");
    }
    AuthDocument document = AuthDocument.read(file);
    read.put(file, document);
    return document;
  }
}
