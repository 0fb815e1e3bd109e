package dev.varve.registry.credentials;

import dev.varve.core.bytes.IoSupplier;
import dev.varve.core.bytes.Lookup;
import dev.varve.core.bytes.LosslessUtf8;
import dev.varve.core.bytes.PartFile;
import dev.varve.core.bytes.RemediableException;
import dev.varve.core.bytes.Remedy;
import dev.varve.core.bytes.WriteLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * An auth file to store logins in and remove them from. Other content of the file is preserved. If
 * the file names a credential helper for a host, the helper stores the logins of the host. The file
 * is replaced as a whole, and only its owner can read it.
 *
 * @see <a href="https://github.com/containers/image/blob/main/docs/containers-auth.json.5.md">
 *     containers-auth.json(5)</a>
 */
public final class AuthFile {
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY_DIRECTORY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private final Path path;
  private final Map<String, String> environment;

  /**
   * Creates the object; reads nothing yet.
   *
   * @param path the file, which need not exist
   * @param environment the environment of credential helpers, which are looked up in its PATH
   */
  public AuthFile(Path path, Map<String, String> environment) {
    this.path = path.toAbsolutePath();
    this.environment = Map.copyOf(environment);
  }

  /** The path of the file. */
  public Path path() {
    return path;
  }

  /**
   * Returns the names that have logins, sorted: the keys in the file as written, and the hosts that
   * have a credential helper of their own.
   */
  public List<String> keys() throws IOException {
    AuthDocument document = AuthDocument.read(path);
    Set<String> keys = new TreeSet<>(document.keys());
    keys.addAll(document.hostsWithHelper());
    return List.copyOf(keys);
  }

  /**
   * Stores a login, and replaces an existing one.
   *
   * @param key a host, with its port if it has one, or a host and the beginning of a path below it
   * @return where the login is stored: this file, or the credential helper that the file names
   * @throws IllegalArgumentException if the user name can't be stored
   */
  public String store(String key, String username, String secret) throws IOException {
    if (username.isEmpty() || username.contains(":")) {
      throw new IllegalArgumentException(
          "storing a login to " + key + ": expected a user's name without a colon");
    }
    AuthKey parsed = AuthKey.parse(key);
    return withLock(() -> store(key, parsed, username, secret));
  }

  private String store(String key, AuthKey parsed, String username, String secret)
      throws IOException {
    AuthDocument document = AuthDocument.read(path);
    Optional<AuthDocument.HelperName> helper = document.helper(parsed.host());
    if (helper.isEmpty()) {
      write(document.with(parsed, username, secret));
      return path.toString();
    }
    String program = "docker-credential-" + helper.get().name();
    if (!parsed.path().isEmpty()) {
      throw new RemediableException(
          "storing a login to %s: %s names %s for %s, which stores logins for hosts only; log in to %s"
              .formatted(key, path, program, parsed.host(), parsed.host()),
          Remedy.OTHER_AUTH_FILE);
    }
    new CredentialProgram(helper.get(), path, environment).store(username, secret);
    write(document.withoutLogin(parsed));
    return program + " (named in " + path + ")";
  }

  /**
   * Removes a login, also from the credential helper that stores it.
   *
   * @param key as for {@link #store}
   * @return whether there was a login
   */
  public boolean remove(String key) throws IOException {
    AuthKey parsed = AuthKey.parse(key);
    AuthDocument document = AuthDocument.read(path);
    AuthDocument without = document.without(parsed);
    Optional<AuthDocument.HelperName> helper =
        parsed.path().isEmpty() ? document.helper(parsed.host()) : Optional.empty();
    boolean erased =
        helper.isPresent() && new CredentialProgram(helper.get(), path, environment).erase();
    if (without.equals(document)) {
      return erased;
    }
    return withLock(
        () -> {
          write(AuthDocument.read(path).without(parsed));
          return true;
        });
  }

  /** Runs a change under a lock, so that concurrent runs do not lose each other's changes. */
  private <R> R withLock(IoSupplier<R> change) throws IOException {
    WriteLock lock;
    try {
      Path target = target();
      Path directory = target.resolveSibling("");
      if (!Lookup.isDirectory(directory)) {
        Files.createDirectories(directory, OWNER_ONLY_DIRECTORY);
      }
      lock = WriteLock.take(target, notice -> {});
    } catch (IOException e) {
      throw cannotWrite(e);
    }
    try (lock) {
      return change.get();
    }
  }

  /** Returns the file to replace: the target if the file is a symbolic link. */
  private Path target() throws IOException {
    return Lookup.exists(path) ? path.toRealPath() : path;
  }

  private IOException cannotWrite(IOException cause) {
    return new RemediableException("writing the auth file " + path, Remedy.OTHER_AUTH_FILE, cause);
  }

  private void write(AuthDocument document) throws IOException {
    try {
      try (PartFile part = PartFile.beside(target(), OWNER_ONLY)) {
        part.replaceBy(LosslessUtf8.encode(document.json().toPrettyString() + "\n"));
      }
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }
}
