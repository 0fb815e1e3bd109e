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

  /** The settings of a session that reads images, of which some may be in registries. */
  public SessionSettings.Part reading(Collection<Reference> sources) {
    return naming(NamedRegistries.reading(sources), Map.of());
  }

  /** The settings of a session that works in a repository, or in none. */
  public SessionSettings.Part in(List<RepositoryName> repository) {
    return naming(new NamedRegistries(Optional.empty(), repository), Map.of());
  }

  /** The settings of a session that reads images and writes one. */
  public SessionSettings.Part writing(Reference destination, Collection<Reference> sources) {
    return naming(NamedRegistries.writing(destination, sources), Map.of());
  }

  /** The settings of a session that publishes an image in a repository. */
  public SessionSettings.Part publishing(RepositoryName repository, Reference source) {
    return naming(
        new NamedRegistries(
            Optional.of(repository), NamedRegistries.reading(List.of(source)).sources()),
        Map.of());
  }

  /**
   * The settings of a session with these registries.
   *
   * @param named the registries of the command line; no other registry gets a login that is given
   *     there
   * @param further logins by the repositories that they are for
   */
  SessionSettings.Part naming(NamedRegistries named, Map<String, Login> further) {
    return session -> {
      connection.addTo(session);
      Console console = session.console();
      session.logins(authFile.files(console, logins(console, named, further)));
    };
  }

  /** The passwords on the command line and in the environment, which no log may show. */
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
            CREDS + ": another option says already who logs in to " + hosts.get(0));
      }
      logins.put(hosts.get(0), GivenLogin.parse(creds, CREDS, console));
    } else if (hosts.size() == 1) {
      GivenLogin.fromEnvironment(console.environment())
          .ifPresent(login -> logins.put(hosts.get(0), login));
    } else if (!hosts.isEmpty() && console.environment().containsKey(GivenLogin.USERNAME)) {
      console.note(
          "the login in "
              + GivenLogin.USERNAME
              + " is not used: it is for one registry, and these are "
              + String.join(", ", hosts));
    }
    logins.putAll(further);
    return logins;
  }

  /** Checks that it is clear which registry may see a login. */
  static void requireOne(List<String> hosts, String option) {
    if (hosts.size() != 1) {
      throw new IllegalArgumentException(
          option
              + ": expected one registry that the login is for, "
              + (hosts.isEmpty()
                  ? "none is named"
                  : "these are "
                      + String.join(", ", hosts)
                      + "; varve login keeps a login for each"));
    }
  }
}
