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

  /** Returns the login to its server; empty if the program has none. */
  Optional<Login> get() throws IOException {
    String activity = "asking " + program() + " for the login to " + keeper.server();
    Program.Result result = run(activity, "get", keeper.server().getBytes(StandardCharsets.UTF_8));
    Optional<Login> login = login(result.output());
    if (login.isEmpty() && !hasNothing(result)) {
      throw failed(activity, "it failed");
    }
    // Some programs answer with empty fields where they have nothing.
    return login.filter(found -> !found.username().isEmpty() || !found.secret().isEmpty());
  }

  /** Parses an answer; empty if it is malformed, or has one of the two fields alone. */
  private Optional<Login> login(String answer) {
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

  /** Hands it a login to keep. */
  void store(String username, String secret) throws IOException {
    JsonObject login =
        JsonObject.EMPTY
            .with("ServerURL", keeper.server())
            .with("Username", username)
            .with("Secret", secret);
    String activity = "storing the login to " + keeper.server() + " with " + program();
    if (!run(activity, "store", login.toBytes()).succeeded()) {
      throw failed(activity, "it failed");
    }
  }

  /** Makes it forget the login to its server; false if it has none. */
  boolean erase() throws IOException {
    String activity = "erasing the login to " + keeper.server() + " with " + program();
    Program.Result result =
        run(activity, "erase", keeper.server().getBytes(StandardCharsets.UTF_8));
    if (!result.succeeded() && !hasNothing(result)) {
      throw failed(activity, "it failed");
    }
    return result.succeeded();
  }

  /** Whether the program says that it has no login, as opposed to having failed. */
  private static boolean hasNothing(Program.Result result) {
    return result.output().contains(NOTHING) || result.error().contains(NOTHING);
  }

  private Program.Result run(String activity, String action, byte[] input) throws IOException {
    Program program = new Program(List.of(find(activity).toString()), "");
    try {
      return program.run(input, environment, action);
    } catch (MissingProgramException e) {
      throw failed(activity, "it can't be started");
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
