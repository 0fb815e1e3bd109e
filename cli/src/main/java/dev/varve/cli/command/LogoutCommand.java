package dev.varve.cli.command;

import dev.varve.cli.option.AuthFileOption;
import dev.varve.cli.option.CommonOptions;
import dev.varve.cli.option.RegistryKey;
import dev.varve.cli.terminal.Activity;
import dev.varve.cli.terminal.Console;
import dev.varve.cli.terminal.Human;
import dev.varve.registry.credentials.AuthFile;
import dev.varve.registry.credentials.AuthFiles;
import dev.varve.registry.credentials.Login;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code varve logout}. */
@Command(
    name = "logout",
    description = "Removes the login to a registry.",
    footer = {"", "Example:", "  varve logout ghcr.io"})
public final class LogoutCommand implements Activity {
  private final Console console;

  @Mixin CommonOptions common;
  @Mixin private AuthFileOption authFile;

  @Parameters(
      arity = "0..1",
      paramLabel = "HOST",
      description = "The registry or repository, as given to varve login.")
  private @Nullable String host;

  @Option(names = "--all", description = "Remove all logins in the auth file.")
  private boolean all;

  public LogoutCommand(Console console) {
    this.console = console;
  }

  @Override
  public String activity() {
    return "logging out of " + (host == null ? "all registries" : host);
  }

  @Override
  public Integer call() throws IOException {
    AuthFile file = authFile.files(console, Map.of()).writable();
    if (all == (host != null)) {
      throw new IllegalArgumentException("expected either HOST or --all");
    }
    if (host == null) {
      int removed = 0;
      for (String key : file.keys()) {
        removed += file.remove(key) ? 1 : 0;
      }
      console.tell("removed " + Human.count(removed, "login") + " from " + file.path());
      return 0;
    }
    RegistryKey key = RegistryKey.parse(host);
    boolean removed = file.remove(key.toString());
    if (removed) { // printed at once, because the search for other logins may fail
      console.tell("logged out of " + key + ", in " + file.path());
    }
    Optional<Login> left = left(key);
    if (!removed) {
      throw new IOException(
          activity()
              + ": no login to "
              + key
              + " in "
              + file.path()
              + left.map(login -> "; another login is in " + login.origin()).orElse(""));
    }
    left.ifPresent(login -> console.note("another login is in " + login.origin()));
    return 0;
  }

  /** Finds another login that is still valid, in another place. */
  private Optional<Login> left(RegistryKey key) throws IOException {
    AuthFiles files = authFile.files(console, Map.of());
    return files.find(key.host(), key.path());
  }
}
