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
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options for registries: logins and connections. */
@InGroup(HelpGroup.REGISTRY)
public final class RegistryOptions {
  private static final String CREDS = "--creds";

  @Mixin private AuthFileOption authFile;
  @Mixin private ConnectionOptions connection;

  @Option(
      names = CREDS,
      paramLabel = "USER[:PASSWORD]",
      description =
          "Log in as USER to the registry of DEST, or else to the only registry on "
              + "the command line (default: $$VARVE_USERNAME and $$VARVE_PASSWORD, or the "
              + "auth files).")
  private @Nullable String creds;

  /** Returns the settings of a session that reads images, some possibly in registries. */
  public SessionSettings.Part reading(Collection<Reference> sources) {
    return naming(NamedRegistries.reading(sources), Map.of());
  }

  /** Returns the settings of a session that uses at most one repository. */
  public SessionSettings.Part in(List<RepositoryName> repository) {
    return naming(new NamedRegistries(Optional.empty(), repository), Map.of());
  }

  /** Returns the settings of a session that reads images and writes one. */
  public SessionSettings.Part writing(Reference destination, Collection<Reference> sources) {
    return naming(NamedRegistries.writing(destination, sources), Map.of());
  }

  /** Returns the settings of a session that publishes an image in a repository. */
  public SessionSettings.Part publishing(RepositoryName repository, Reference source) {
    return naming(
        new NamedRegistries(
            Optional.of(repository), NamedRegistries.reading(List.of(source)).sources()),
        Map.of());
  }

  /**
   * Returns the settings of a session with these registries.
   *
   * @param named the registries of the command line; no other registry receives the logins given
   *     there
   * @param further logins by repository
   */
  SessionSettings.Part naming(NamedRegistries named, Map<String, Login> further) {
    return session -> {
      connection.addTo(session);
      Console console = session.console();
      session.logins(authFile.files(console, logins(console, named, further)));
    };
  }

  /** The passwords on the command line and in the environment, to hide in logs. */
  public List<String> passwords(Console console) {
    String given = creds == null ? "" : creds;
    return Stream.of(
            given.contains(":") ? given.substring(given.indexOf(':') + 1) : "",
            console.environment().getOrDefault(GivenLogin.PASSWORD, ""),
            console.environment().getOrDefault("GITHUB_TOKEN", ""))
        .filter(password -> !password.isEmpty())
        .toList();
  }

  private Map<String, Login> logins(
      Console console, NamedRegistries named, Map<String, Login> further) {
    Map<String, Login> logins = new HashMap<>();
    List<String> hosts = named.hosts();
    if (creds != null) {
      requireOne(hosts, CREDS);
      if (named.meant().stream().allMatch(each -> further.containsKey(each.toString()))) {
        throw new IllegalArgumentException(
            CREDS + ": another option has a login to " + hosts.get(0));
      }
      logins.put(hosts.get(0), GivenLogin.parse(creds, CREDS, console));
    } else if (hosts.size() == 1) {
      GivenLogin.fromEnvironment(console.environment())
          .ifPresent(login -> logins.put(hosts.get(0), login));
    } else if (!hosts.isEmpty() && console.environment().containsKey(GivenLogin.USERNAME)) {
      console.note(
          "the login in "
              + GivenLogin.USERNAME
              + " is not used, because the command line has several registries: "
              + String.join(", ", hosts));
    }
    logins.putAll(further);
    return logins;
  }

  /** Checks that exactly one registry receives a login. */
  static void requireOne(List<String> hosts, String option) {
    if (hosts.size() != 1) {
      throw new IllegalArgumentException(
          option
              + ": expected one registry for the login, got "
              + (hosts.isEmpty()
                  ? "none"
                  : String.join(", ", hosts) + "; varve login stores a login for each"));
    }
  }
}
