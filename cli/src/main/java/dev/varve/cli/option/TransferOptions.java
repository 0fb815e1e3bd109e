package dev.varve.cli.option;

import dev.varve.cli.session.NamedRegistries;
import dev.varve.cli.session.Reference;
import dev.varve.cli.session.SessionSettings;
import dev.varve.cli.terminal.Console;
import dev.varve.registry.credentials.Login;
import dev.varve.registry.name.RepositoryName;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options for registries of a command that copies an image from one place to another. */
@InGroup(HelpGroup.REGISTRY)
public final class TransferOptions {
  private static final String SOURCE = "--src-creds";
  private static final String DESTINATION = "--dest-creds";

  @Mixin private RegistryOptions registryOptions;

  @Option(
      names = SOURCE,
      paramLabel = "USER[:PASSWORD]",
      description = "Log in as USER to the registry of the source.")
  private @Nullable String source;

  @Option(
      names = DESTINATION,
      paramLabel = "USER[:PASSWORD]",
      description = "Log in as USER to the registry of DEST.")
  private @Nullable String destination;

  /** Returns the settings of a session that reads images and writes one. */
  public SessionSettings.Part writing(Reference to, Collection<Reference> from) {
    NamedRegistries named = NamedRegistries.writing(to, from);
    return session ->
        registryOptions.naming(named, logins(session.console(), named)).addTo(session);
  }

  private Map<String, Login> logins(Console console, NamedRegistries named) {
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
