package dev.varve.registry.credentials;

import com.google.cloud.tools.jib.api.Credential;
import com.google.cloud.tools.jib.registry.credentials.CredentialHelperNotFoundException;
import com.google.cloud.tools.jib.registry.credentials.CredentialHelperUnhandledServerUrlException;
import com.google.cloud.tools.jib.registry.credentials.DockerCredentialHelper;
import dev.varve.core.json.JsonObject;
import dev.varve.core.json.MalformedJsonException;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A program that keeps logins, as Docker's credential helpers do. Its errors name it, and the file
 * that asks for it; not what it said, which may be a secret.
 *
 * @see <a href="https://github.com/docker/docker-credential-helpers">docker-credential-helpers</a>
 */
final class Keychain {
  /** What the programs say where they have nothing. */
  private static final String NOTHING = "credentials not found";

  private static final String TOKEN_USER = "<token>";
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

  private final AuthDocument.Keeper keeper;
  private final Path file;
  private final Map<String, String> environment;

  /**
   * Runs nothing yet.
   *
   * @param file the auth file that names it
   * @param environment the program's, with PATH, in which it is looked for
   */
  Keychain(AuthDocument.Keeper keeper, Path file, Map<String, String> environment) {
    this.keeper = keeper;
    this.file = file;
    this.environment = environment;
  }

  private String program() {
    return "docker-credential-" + keeper.name();
  }

  /** What it has for its server. */
  Optional<Login> get() throws IOException {
    String activity = "asking " + program() + " for the login to " + keeper.server();
    String origin = program() + " (named in " + file + ")";
    DockerCredentialHelper helper =
        new DockerCredentialHelper(keeper.server(), find(activity), environment);
    try {
      Credential found = helper.retrieve();
      boolean token = found.getUsername().equals(TOKEN_USER);
      return Optional.of(new Login(token ? "" : found.getUsername(), found.getPassword(), origin));
    } catch (CredentialHelperUnhandledServerUrlException e) {
      if (saysNothing(String.valueOf(e.getMessage()))) {
        return Optional.empty();
      }
      throw failed(activity, "it failed");
    } catch (CredentialHelperNotFoundException e) {
      throw failed(activity, "it can't be started");
    } catch (IOException e) {
      throw failed(activity, "it failed: " + e.getMessage()); // the pipe's, not the program's words
    }
  }

  /**
   * Whether the program has no login, as opposed to having failed. Jib throws the same for both,
   * with what the program said in the message; some say it with empty fields.
   */
  private static boolean saysNothing(String message) {
    int json = message.indexOf('{');
    if (message.contains(NOTHING) || json < 0) {
      return message.contains(NOTHING);
    }
    try {
      JsonObject said =
          JsonObject.parse(message.substring(json).getBytes(StandardCharsets.UTF_8), "");
      return said.optionalString("Username").orElse("").isEmpty()
          && said.optionalString("Secret").orElse("").isEmpty();
    } catch (MalformedJsonException e) {
      return false;
    }
  }

  /** Hands it a login to keep. */
  void store(String username, String secret) throws IOException {
    JsonObject login =
        JsonObject.EMPTY
            .with("ServerURL", keeper.server())
            .with("Username", username)
            .with("Secret", secret);
    String activity = "storing the login to " + keeper.server() + " with " + program();
    if (!run(activity, "store", login.toBytes()).isEmpty()) {
      throw failed(activity, "it failed");
    }
  }

  /** Makes it forget the login to its server; false if it has none. */
  boolean erase() throws IOException {
    String activity = "erasing the login to " + keeper.server() + " with " + program();
    Optional<String> complaint =
        run(activity, "erase", keeper.server().getBytes(StandardCharsets.UTF_8));
    if (complaint.isPresent() && !complaint.get().contains(NOTHING)) {
      throw failed(activity, "it failed");
    }
    return complaint.isEmpty();
  }

  /** Runs it, and returns what it says if it fails. */
  private Optional<String> run(String activity, String action, byte[] input) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(find(activity).toString(), action).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    try (OutputStream in = process.getOutputStream()) {
      in.write(input);
    } catch (IOException e) {
      // It ended without reading: its exit code tells why.
    }
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      return process.waitFor() == 0 ? Optional.empty() : Optional.of(said);
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new IOException(activity + ": interrupted", e);
    }
  }

  private Path find(String activity) throws IOException {
    if (!NAME.matcher(keeper.name()).matches()) {
      throw new IOException(
          activity + ": expected letters, digits, dots and dashes in its name, from " + file);
    }
    for (String directory : environment.getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      Path candidate = Path.of(directory, program());
      if (!directory.isEmpty() && Files.isRegularFile(candidate) && Files.isExecutable(candidate)) {
        return candidate;
      }
    }
    throw failed(activity, "there is no such program in PATH");
  }

  private IOException failed(String activity, String how) {
    return new IOException(
        activity
            + ": "
            + how
            + "; "
            + file
            + " asks for it in \""
            + keeper.field()
            + "\": install or mend it, or take it out there");
  }
}
