package dev.varve.cli.option;

import dev.varve.cli.session.NamedRegistries;
import dev.varve.cli.terminal.Console;
import dev.varve.registry.RepositoryName;
import dev.varve.registry.credentials.Login;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Who logs in at each end, where an image goes from one registry to another. */
public final class TransferLogins {
  private static final String SOURCE = "--src-creds";
  private static final String DESTINATION = "--dest-creds";

  @Option(
      names = SOURCE,
      paramLabel = "USER[:PASSWORD]",
      description = "Log in as USER to where the image comes from.")
  private @Nullable String source;

  @Option(
      names = DESTINATION,
      paramLabel = "USER[:PASSWORD]",
      description = "Log in as USER to DEST.")
  private @Nullable String destination;

  /** The logins by the repositories that they are for. */
  public Map<String, Login> logins(Console console, NamedRegistries named) {
    Map<String, Login> logins = new HashMap<>();
    put(logins, source, SOURCE, named.sources(), console);
    put(logins, destination, DESTINATION, named.destination().stream().toList(), console);
    return logins;
  }

  private static void put(
      Map<String, Login> logins,
      @Nullable String text,
      String option,
      List<RepositoryName> repositories,
      Console console) {
    if (text == null) {
      return;
    }
    RegistryOptions.requireOne(
        repositories.stream().map(RepositoryName::host).distinct().toList(), option);
    Login login = GivenLogin.parse(text, option, console);
    repositories.forEach(repository -> logins.put(repository.toString(), login));
  }
}
