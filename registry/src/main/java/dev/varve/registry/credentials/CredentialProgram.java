package dev.varve.registry.credentials;

import dev.varve.core.json.JsonObject;
import dev.varve.core.json.MalformedJsonException;
import dev.varve.core.process.MissingProgramException;
import dev.varve.core.process.Program;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A Docker credential helper: a program that stores logins. Error messages name the program and the
 * auth file that names it, but do not quote its output, which may be a secret.
 *
 * @see <a href="https://github.com/docker/docker-credential-helpers">docker-credential-helpers</a>
 */
final class CredentialProgram {
  /** The output of the programs if they have no login. */
  private static final String NOTHING = "credentials not found";

  private static final String TOKEN_USER = "<token>";
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

  private final AuthDocument.HelperName helper;
  private final Path file;
  private final Map<String, String> environment;

  /**
   * Creates the object; runs nothing yet.
   *
   * @param file the auth file that names the program
   * @param environment the environment of the program, which is looked up in its PATH
   */
  CredentialProgram(AuthDocument.HelperName helper, Path file, Map<String, String> environment) {
    this.helper = helper;
    this.file = file;
    this.environment = environment;
  }

  private String program() {
    return "docker-credential-" + helper.name();
  }

  /** Returns the login to the server; empty if the program has none. */
  Optional<Login> get() throws IOException {
    String activity = "asking " + program() + " for the login to " + helper.server();
    Program.Result result = run(activity, "get", helper.server().getBytes(StandardCharsets.UTF_8));
    Optional<Login> login = login(result.output());
    if (login.isEmpty() && !hasNothing(result)) {
      throw failed(activity, "the program failed");
    }
    // Some programs return empty fields if they have no login.
    return login.filter(found -> !found.username().isEmpty() || !found.secret().isEmpty());
  }

  /** Parses the output; empty if it is malformed or has only one of the two fields. */
  Optional<Login> login(String answer) {
    try {
      JsonObject json = JsonObject.parse(answer.getBytes(StandardCharsets.UTF_8), "");
      String username = json.optionalString("Username").orElse("");
      String secret = json.optionalString("Secret").orElse("");
      if (username.isEmpty() != secret.isEmpty()) {
        return Optional.empty();
      }
      String origin = program() + " (named in " + file + ")";
      return Optional.of(new Login(username.equals(TOKEN_USER) ? "" : username, secret, origin));
    } catch (MalformedJsonException e) {
      return Optional.empty();
    }
  }

  /** Stores a login to the server. */
  void store(String username, String secret) throws IOException {
    JsonObject login =
        JsonObject.EMPTY
            .with("ServerURL", helper.server())
            .with("Username", username)
            .with("Secret", secret);
    String activity = "storing the login to " + helper.server() + " with " + program();
    if (!run(activity, "store", login.toBytes()).succeeded()) {
      throw failed(activity, "the program failed");
    }
  }

  /** Erases the login to the server; returns false if there is none. */
  boolean erase() throws IOException {
    String activity = "erasing the login to " + helper.server() + " with " + program();
    Program.Result result =
        run(activity, "erase", helper.server().getBytes(StandardCharsets.UTF_8));
    if (!result.succeeded() && !hasNothing(result)) {
      throw failed(activity, "the program failed");
    }
    return result.succeeded();
  }

  /** Whether the program reported that it has no login, as opposed to a failure. */
  private static boolean hasNothing(Program.Result result) {
    return result.output().contains(NOTHING) || result.error().contains(NOTHING);
  }

  private Program.Result run(String activity, String action, byte[] input) throws IOException {
    Program program = new Program(List.of(find(activity).toString()), "");
    try {
      return program.run(input, environment, action);
    } catch (MissingProgramException e) {
      throw failed(activity, "the program can't be started");
    }
  }

  private Path find(String activity) throws IOException {
    if (!NAME.matcher(helper.name()).matches()) {
      throw new IOException(
          "%s: expected letters, digits, dots and dashes in the program's name, got others in \"%s\" of %s"
              .formatted(activity, helper.field(), file));
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
        "%s: %s; install or repair the program, or remove it from \"%s\" in %s"
            .formatted(activity, how, helper.field(), file));
  }
}
