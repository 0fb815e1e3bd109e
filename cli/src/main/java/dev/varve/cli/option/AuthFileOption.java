package dev.varve.cli.option;

import dev.varve.cli.terminal.Console;
import dev.varve.registry.credentials.AuthFiles;
import dev.varve.registry.credentials.Login;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option for the file with logins. */
@InGroup(HelpGroup.REGISTRY)
public final class AuthFileOption {
  @Option(
      names = "--authfile",
      paramLabel = "FILE",
      description =
          "The file with the logins to registries (default: $$REGISTRY_AUTH_FILE, or "
              + "the auth files of podman and Docker).")
  private @Nullable Path file;

  /** Returns the auth files, after the logins on the command line. */
  public AuthFiles files(Console console, Map<String, Login> given) {
    return new AuthFiles(console.environment(), console.home(), Optional.ofNullable(file), given);
  }
}
